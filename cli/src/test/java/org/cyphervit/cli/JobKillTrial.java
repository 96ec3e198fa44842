package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The workbench's server, killed (SIGKILL) at random moments while it takes jobs in and runs them, and started again until
 * all are done; then all over in a new folder, until it has been killed often enough. Every other time the job's process is
 * killed with it, as when a machine loses its power; otherwise the process is left behind without a server.
 *
 * @param folder for the workplaces
 * @param work makes a workplace
 * @param wishes what the page asks for: a path and a body, in this order
 */
record JobKillTrial(Path folder, Work work, List<Wish> wishes) {
    private static final long MOST_SECONDS = 900;
    /** Kills come up to so many times as late as the unbroken jobs ended: some let them end. */
    private static final double LATEST = 1.2;

    /** Makes a workplace. */
    @FunctionalInterface
    interface Work {
        void in(Path place) throws IOException;
    }

    /** A request that changes something. */
    record Wish(String path, String body) {
        /** Whether it puts a job into the queue. */
        boolean isJob() {
            return path.equals("/api/jobs");
        }
    }

    /** Kills so many times, at moments drawn from the seed. */
    KillTrial.Outcome run(int kills, long seed, KillTrial.Check check) throws Exception {
        Path unbroken = folder.resolve("unbroken");
        work.in(unbroken);
        long begun = System.nanoTime();
        assertThat(new Place(unbroken).isKilled(TimeUnit.SECONDS.toNanos(MOST_SECONDS), false))
                .isFalse();
        long took = System.nanoTime() - begun;
        Random random = new Random(seed);
        int killed = 0;
        int outputs = 0;
        while (killed < kills) {
            Path out = folder.resolve("broken%02d".formatted(outputs)); // as long as the other: some files name it
            work.in(out);
            Place place = new Place(out);
            boolean again = true;
            while (again) {
                long moment = killed < kills
                        ? (long) (random.nextDouble() * LATEST * took)
                        : TimeUnit.SECONDS.toNanos(MOST_SECONDS);
                again = place.isKilled(moment, killed % 2 == 0);
                killed += again ? 1 : 0;
            }
            check.same(out, unbroken);
            outputs++;
        }
        assertThat(killed).isEqualTo(kills);
        return new KillTrial.Outcome(killed, outputs);
    }

    /** One workplace and what its servers have promised so far. */
    private final class Place {
        private final Path out;
        private final List<String> lines = new ArrayList<>(); // of jobs that were taken in, in order
        private final Map<Long, Long> ended = new HashMap<>(); // jobs that were seen to be done, and when they ended
        private int told; // wishes that were answered

        Place(Path out) {
            this.out = out;
        }

        /** Serves until all jobs are done, which is false, or that long. */
        boolean isKilled(long nanoseconds, boolean all) throws Exception {
            Process server = serve();
            Executor later = CompletableFuture.delayedExecutor(nanoseconds, TimeUnit.NANOSECONDS);
            try (BufferedReader said = server.inputReader(StandardCharsets.UTF_8);
                    HttpClient client = HttpClient.newHttpClient()) {
                String line = said.lines()
                        .filter(one -> one.startsWith("{"))
                        .findFirst()
                        .orElse("");
                assertThat(line).as("the server's address; " + log(out)).isNotEmpty();
                Asked asked = new Asked(
                        client,
                        new ObjectMapper().readTree(line).path("address").asString());
                CompletableFuture<Void> kill = CompletableFuture.runAsync(() -> kill(server, all), later);
                if (isDone(server, asked)) {
                    kill.cancel(false);
                    server.destroy();
                    assertThat(server.waitFor(60, TimeUnit.SECONDS)).as("ended").isTrue();
                    return false;
                }
                kill.get(30, TimeUnit.SECONDS); // else it ended by itself
                return true;
            } finally {
                server.destroyForcibly().waitFor();
            }
        }

        // False if the server is gone before.
        private boolean isDone(Process server, Asked asked) throws Exception {
            try {
                JsonNode jobs = asked.get("/api/jobs");
                requireNothingLost(jobs);
                while (told < wishes.size()) {
                    Wish wish = wishes.get(told);
                    // A server that was killed before it answered may have taken the job in all the same.
                    if (!wish.isJob() || jobs.size() == lines.size()) {
                        asked.post(wish);
                    }
                    jobs = asked.get("/api/jobs");
                    if (wish.isJob()) {
                        assertThat(jobs.size()).isEqualTo(lines.size() + 1);
                        lines.add(title(jobs.get(0)));
                    }
                    told++;
                }
                while (!requireNothingLost(asked.get("/api/jobs"))) {
                    Thread.sleep(200);
                }
                return true;
            } catch (IOException e) {
                if (server.waitFor(5, TimeUnit.SECONDS)) {
                    return false;
                }
                throw e;
            }
        }

        // True if all jobs are done. One that was done stays so and does not run again.
        private boolean requireNothingLost(JsonNode newestFirst) {
            int size = newestFirst.size();
            assertThat(size).isBetween(lines.size(), lines.size() + 1);
            boolean done = told == wishes.size();
            for (int i = 0; i < lines.size(); i++) {
                JsonNode job = newestFirst.get(size - 1 - i);
                assertThat(title(job)).isEqualTo(lines.get(i));
                String state = job.path("state").asString();
                assertThat(state).as(job + log(out)).isIn("waiting", "running", "done");
                long id = job.path("id").asLong();
                long when = job.path("ended").asLong();
                assertThat(ended.getOrDefault(id, when)).as(job.toString()).isEqualTo(when);
                if (state.equals("done")) {
                    ended.put(id, when);
                }
                done &= state.equals("done");
            }
            return done;
        }

        private Process serve() throws IOException {
            List<String> command = new ArrayList<>(ChildProcess.JAVA);
            command.addAll(List.of(Main.class.getName(), "serve", out.toString(), "--port", "0", "--json"));
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(
                            folder.resolve(out.getFileName() + ".log").toFile()))
                    .start();
        }
    }

    private static String title(JsonNode job) {
        return job.path("id").asLong() + " " + job.path("title").asString();
    }

    private static void kill(Process server, boolean all) {
        List<ProcessHandle> children = all ? server.descendants().toList() : List.of();
        server.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    private String log(Path out) {
        return "\nsee " + folder.resolve(out.getFileName() + ".log") + " and " + out.resolve(".cyphervit/logs");
    }

    /** A server that is asked as the page asks it. */
    private record Asked(HttpClient client, String address) {
        JsonNode get(String path) throws Exception {
            return answer(HttpRequest.newBuilder(uri(path)));
        }

        void post(Wish wish) throws Exception {
            answer(HttpRequest.newBuilder(uri(wish.path())).POST(HttpRequest.BodyPublishers.ofString(wish.body())));
        }

        private URI uri(String path) {
            return URI.create(address.replaceAll("/\\?.*", "") + path);
        }

        private JsonNode answer(HttpRequest.Builder request) throws Exception {
            String token = address.replaceAll(".*token=", "");
            HttpResponse<String> answer = client.send(
                    request.header("Authorization", "token " + token).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return new ObjectMapper().readTree(answer.body());
        }
    }
}
