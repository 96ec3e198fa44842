package org.cyphervit.cli.jobs;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This program once more, as a process of its own: the same Java, flags and class path. */
final class OwnProgram {
    private static final String MAIN = "org.cyphervit.cli.Main";

    private OwnProgram() {}

    /**
     * Starts a command.
     *
     * @param folder it works in
     * @param log to which what it says is added
     */
    static Process start(List<String> arguments, Path folder, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            // An agent, a debugger's port or the archive that this process may write belongs to this process alone.
            if (!flag.startsWith("-agent")
                    && !flag.startsWith("-javaagent")
                    && !flag.contains("AutoCreateSharedArchive")) {
                command.add(flag);
            }
        }
        command.add("-Dcyphervit.progress.seconds=1");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(MAIN);
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File(nothing())))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private static String nothing() {
        return File.separatorChar == '\\' ? "NUL" : "/dev/null";
    }
}
