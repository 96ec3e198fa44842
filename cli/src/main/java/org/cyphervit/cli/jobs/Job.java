package org.cyphervit.cli.jobs;

import java.util.List;

/**
 * A command line of this program that a person asked for.
 *
 * @param id counts up from 1
 * @param title what it is, in words
 * @param command arguments it was last started with, or is to be, such as {@code tile slides/a.svs --out tiles}
 * @param resume arguments once it has been started before; the same where running it again is enough
 * @param state where it stands
 * @param created when it was asked for, milliseconds since 1970
 * @param started when its process last began; 0 if it never did
 * @param ended when its process ended; 0 if it has not
 * @param exit exit code of its process; -1 while there is none
 * @param pid of its process while it runs; 0 otherwise
 */
public record Job(
        long id,
        String title,
        List<String> command,
        List<String> resume,
        JobState state,
        long created,
        long started,
        long ended,
        int exit,
        long pid) {
    public Job {
        command = List.copyOf(command);
        resume = List.copyOf(resume);
    }

    /** The arguments to start it with now. */
    List<String> next() {
        return started == 0 ? command : resume;
    }

    /** The same, whose process has just begun. */
    Job running(long process) {
        return new Job(
                id, title, next(), resume, JobState.RUNNING, created, System.currentTimeMillis(), 0, -1, process);
    }

    /** The same in another state. */
    Job with(JobState now, long end, int code, long process) {
        return new Job(id, title, command, resume, now, created, started, end, code, process);
    }

    /** The command line as one would type it into a shell. */
    public String line() {
        StringBuilder line = new StringBuilder("cyphervit");
        for (String argument : state == JobState.WAITING ? next() : command) {
            boolean plain = argument.matches("[A-Za-z0-9_./:=,@%+#-]+");
            line.append(' ').append(plain ? argument : "'" + argument.replace("'", "'\\''") + "'");
        }
        return line.toString();
    }
}
