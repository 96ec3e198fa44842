package org.cyphervit.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cyphervit.UserError;
import org.cyphervit.Version;
import org.cyphervit.cli.bench.BenchCommand;
import org.cyphervit.cli.command.DoctorCommand;
import org.cyphervit.cli.command.EmbedCommand;
import org.cyphervit.cli.command.ExportCommand;
import org.cyphervit.cli.command.ReportCommand;
import org.cyphervit.cli.command.ServeCommand;
import org.cyphervit.cli.command.encoder.EncodersCommand;
import org.cyphervit.cli.command.encoder.ImportCommand;
import org.cyphervit.cli.command.interpret.AttendCommand;
import org.cyphervit.cli.command.interpret.MapCommand;
import org.cyphervit.cli.command.interpret.PhenotypesCommand;
import org.cyphervit.cli.command.interpret.UmapCommand;
import org.cyphervit.cli.command.mil.SlideCommand;
import org.cyphervit.cli.command.tile.DataCommand;
import org.cyphervit.cli.command.tile.NormalizeCommand;
import org.cyphervit.cli.command.tile.PackCommand;
import org.cyphervit.cli.command.tile.QcCommand;
import org.cyphervit.cli.command.tile.SlidesCommand;
import org.cyphervit.cli.command.tile.TileCommand;
import org.cyphervit.cli.command.train.PretrainCommand;
import org.cyphervit.cli.command.train.QuickstartCommand;
import org.cyphervit.cli.command.train.ReproduceCommand;
import org.cyphervit.cli.evaluate.EvaluateCommand;
import org.cyphervit.cli.jobs.OwnProgram;
import org.cyphervit.cli.terminal.SettingFlags;
import org.cyphervit.cli.terminal.TerminalText;
import org.cyphervit.file.Writing;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.EngineSettings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.databind.ObjectMapper;

/** The entry point. Exit codes: 0 done, 1 failed, 2 wrong usage. */
@Command(
        name = "cyphervit",
        description = "Learn from histology tiles without labels, see how good the features are and what they found.",
        versionProvider = Main.VersionLine.class,
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommandsRepeatable = false,
        subcommands = {
            QuickstartCommand.class,
            DoctorCommand.class,
            DataCommand.class,
            PackCommand.class,
            SlidesCommand.class,
            QcCommand.class,
            TileCommand.class,
            PretrainCommand.class,
            EncodersCommand.class,
            ImportCommand.class,
            NormalizeCommand.class,
            EmbedCommand.class,
            EvaluateCommand.class,
            AttendCommand.class,
            PhenotypesCommand.class,
            MapCommand.class,
            SlideCommand.class,
            UmapCommand.class,
            ExportCommand.class,
            ReportCommand.class,
            ServeCommand.class,
            ReproduceCommand.class,
            BenchCommand.class,
            HelpCommand.class
        },
        footer = {"", "Start with 'cyphervit quickstart'; 'cyphervit COMMAND --help' tells the rest."})
public final class Main {
    /** What {@code --version} prints. */
    static final class VersionLine implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {Version.PROGRAM};
        }
    }

    Main() {}

    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        TerminalText.install();
        System.exit(OwnProgram.mayBegin() ? run(args) : 1);
    }

    /** All commands. */
    static CommandLine line() {
        return new CommandLine(new Main());
    }

    /** Runs a command line and gives its exit code. */
    static int run(String... args) {
        CommandLine line = line();
        line.setOut(
                new java.io.PrintWriter(System.err, true, System.err.charset())); // standard output is for --json alone
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setAbbreviatedOptionsAllowed(false);
        line.registerConverter(Path.class, Main::path);
        boolean json = List.of(args).contains("--json");
        line.setExecutionExceptionHandler((error, command, parsed) -> {
            String words = SettingFlags.in(message(error), command);
            System.err.println(words);
            if (System.getenv("CYPHERVIT_TRACE") != null) {
                error.printStackTrace();
            }
            return failed(json, words.replaceFirst("^cyphervit: ", ""), 1);
        });
        line.setExecutionStrategy(OutputOption::run);
        try {
            EngineSettings.check();
        } catch (UserError e) {
            System.err.println(message(e));
            return failed(json, String.valueOf(e.getMessage()), 2);
        }
        CommandLine.IParameterExceptionHandler usage = line.getParameterExceptionHandler();
        line.setParameterExceptionHandler((error, given) ->
                failed(json, String.valueOf(error.getMessage()), usage.handleParseException(error, given)));
        return args.length == 0 ? line.execute("--help") : line.execute(args);
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TypeConversionException("'" + text + "' is no file name here: the locale's character set is "
                    + System.getProperty("sun.jnu.encoding") + ", which has not all of its characters."
                    + " Set LC_ALL=C.UTF-8, or use another name.");
        }
    }

    // The object with which --json ends, of a command that failed.
    private static int failed(boolean json, String words, int exit) {
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("error", words);
            object.put("exit", exit);
            System.out.println(new ObjectMapper().writeValueAsString(object));
        }
        return exit;
    }

    private static String message(Throwable error) {
        if (error instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
            return message(unchecked.getCause());
        }
        if (error instanceof NoSuchFileException missing) {
            return "cyphervit: There is no file '" + missing.getFile() + "'. Check the path.";
        }
        if (error instanceof AccessDeniedException denied) {
            return "cyphervit: You have no permission to open '" + denied.getFile()
                    + "'. Change its permissions, or name another.";
        }
        if (error instanceof FileSystemException system && system.getFile() != null && system.getReason() != null) {
            return "cyphervit: "
                    + Writing.failed(Path.of(system.getFile()), 0, system).getMessage();
        }
        if (error instanceof UserError || error instanceof IOException) {
            return "cyphervit: " + error.getMessage();
        }
        if (isNative(error)) {
            return "cyphervit: The tensor engine failed: " + Engine.firstLine(error)
                    + "\nSet CYPHERVIT_TRACE=1 for the place in the program.";
        }
        return "cyphervit: This is a fault of the program, not yours: " + error
                + "\nSet CYPHERVIT_TRACE=1 for the place, and please report it.";
    }

    // What JavaCPP throws for a C++ exception is a plain RuntimeException.
    private static boolean isNative(Throwable error) {
        return error.getClass() == RuntimeException.class;
    }
}
