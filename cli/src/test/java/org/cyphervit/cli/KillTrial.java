package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.cyphervit.file.OutputLock;

/**
 * A command that is killed (SIGKILL) at random moments of its work and given again until it ends by itself, each time as a
 * process of its own; then all over in a new folder, until it has been killed often enough.
 *
 * @param folder for the outputs
 * @param first the command's words; {@code OUT} stands for the output folder
 * @param again the words that go on after a kill
 */
record KillTrial(Path folder, List<String> first, List<String> again) {
    private static final long MOST_SECONDS = 300;
    /** Kills come up to so many times as late as the unbroken command ended: some let it end. */
    private static final double LATEST = 1.2;

    /**
     * What a trial did.
     *
     * @param kills of processes at work
     * @param outputs that were whole in spite of them
     */
    record Outcome(int kills, int outputs) {}

    /** Compares an output that was made in spite of kills with one that was made without. */
    @FunctionalInterface
    interface Check {
        void same(Path broken, Path unbroken) throws IOException;
    }

    /** Kills so many times, at moments drawn from the seed. */
    Outcome run(int kills, long seed, Check check) throws Exception {
        Path unbroken = folder.resolve("unbroken");
        long work = toTheEnd(unbroken, first);
        Random random = new Random(seed);
        int killed = 0;
        int outputs = 0;
        while (killed < kills) {
            Path out = folder.resolve("broken%02d".formatted(outputs)); // as long as the other: some files name it
            List<String> words = first;
            while (killed < kills && isKilled(out, words, (long) (random.nextDouble() * LATEST * work))) {
                killed++;
                words = again;
            }
            if (killed == kills) {
                toTheEnd(out, words);
            }
            check.same(out, unbroken);
            outputs++;
        }
        return new Outcome(killed, outputs);
    }

    // False if it ended before.
    private boolean isKilled(Path out, List<String> words, long nanoseconds) throws Exception {
        Process process = start(out, words);
        awaitWork(process, out);
        if (process.waitFor(nanoseconds, TimeUnit.NANOSECONDS)) {
            assertThat(process.exitValue()).as(log(out)).isZero();
            return false;
        }
        process.destroyForcibly().waitFor();
        return true;
    }

    // Nanoseconds of work.
    private long toTheEnd(Path out, List<String> words) throws Exception {
        Process process = start(out, words);
        awaitWork(process, out);
        long begun = System.nanoTime();
        boolean ended = process.waitFor(MOST_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended).as("ended: " + log(out)).isTrue();
        assertThat(process.exitValue()).as(log(out)).isZero();
        return System.nanoTime() - begun;
    }

    // A kill while Java starts would prove nothing: work begins when the folder is taken or something is said.
    private void awaitWork(Process process, Path out) throws Exception {
        String pid = "process " + process.pid() + ",";
        while (process.isAlive() && log(out).isEmpty() && !taken(out).contains(pid)) {
            Thread.sleep(10);
        }
    }

    private static String taken(Path out) throws IOException {
        Path lock = out.resolve(OutputLock.NAME);
        return Files.exists(lock) ? Files.readString(lock, StandardCharsets.UTF_8) : "";
    }

    private String log(Path out) throws IOException {
        return Files.readString(logFile(out), StandardCharsets.UTF_8);
    }

    private Path logFile(Path out) {
        return folder.resolve(out.getFileName() + ".log");
    }

    private Process start(Path out, List<String> words) throws IOException {
        List<String> command = new ArrayList<>(ChildProcess.JAVA);
        command.add(Main.class.getName());
        words.forEach(word -> command.add(word.equals("OUT") ? out.toString() : word));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(logFile(out).toFile())
                .start();
    }
}
