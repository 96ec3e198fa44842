package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.cyphervit.cli.option.Within;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Every number that a command line takes, of every command, with extreme values. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class OptionNumbersTest {
    private static final List<String> WHOLE = List.of("-1", "0", "4.7", "2147483647", "many");
    private static final List<String> LONG = List.of("-1", "0", "4.7", "9223372036854775807", "many");
    private static final List<String> REAL = List.of("-1", "0", "NaN", "Infinity", "1e308", "many");
    private static final Map<Class<?>, List<String>> EXTREMES = Map.of(
            int.class,
            WHOLE,
            Integer.class,
            WHOLE,
            long.class,
            LONG,
            Long.class,
            LONG,
            double.class,
            REAL,
            Double.class,
            REAL);
    /** They begin without any file: what they accept is not run here. */
    private static final Set<String> AT_ONCE = Set.of("quickstart", "serve", "bench");

    /** Of the processor: the machine may be busy. */
    private static final double MOST_SECONDS = 10;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    /** An option that several commands share is tried with the first of them. */
    private static final Set<Object> TRIED = new HashSet<>();

    @TempDir
    private Path folder = Path.of("");

    static List<String> commands() {
        List<String> names = new ArrayList<>();
        visit(new CommandLine(new Main()), names);
        assertThat(names).hasSizeGreaterThan(35).contains("tile", "evaluate dense", "phenotypes gallery");
        return names;
    }

    private static void visit(CommandLine line, List<String> names) {
        if (line.getCommandSpec().args().stream().anyMatch(OptionNumbersTest::isNumber)) {
            names.add(name(line.getCommandSpec()));
        }
        line.getSubcommands().values().stream().distinct().forEach(below -> visit(below, names));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void refusesANumberOutOfItsRangeBeforeItBeginsAndNamesTheOption(String command) {
        CommandSpec spec = spec(command);
        for (ArgSpec arg : spec.args()) {
            if (isNumber(arg) && !isSeed(arg)) {
                assertThat(OptionRanges.within(arg))
                        .as("the range of %s of '%s'", OptionRanges.name(arg), command)
                        .isNotNull();
            }
            if (isNumber(arg) && TRIED.add(arg.userObject())) {
                EXTREMES.getOrDefault(type(arg), List.of()).forEach(value -> tryValue(spec, arg, value));
            }
        }
    }

    private void tryValue(CommandSpec spec, ArgSpec arg, String value) {
        boolean taken = takes(arg, value);
        if (taken && AT_ONCE.contains(name(spec).split(" ")[0])) {
            return;
        }
        String[] words = line(spec, arg, value);
        long begun = THREADS.getCurrentThreadCpuTime();
        CommandRun run = CommandRun.of(words);
        double seconds = (THREADS.getCurrentThreadCpuTime() - begun) / 1e9;
        String what = String.join(" ", words) + "\n" + run.err();
        assertThat(seconds).as(what).isLessThan(MOST_SECONDS);
        assertThat(run.code()).as(what).isIn(1, 2);
        assertThat(run.err()).as(what).isNotBlank().doesNotContain("fault of the program", "Exception", "\tat ");
        if (!taken) {
            assertThat(run.err().lines().findFirst().orElse("")).as(what).contains(OptionRanges.name(arg));
            assertThat(folder.resolve("out")).as(what).doesNotExist();
        }
    }

    // The command line with all that the command needs: files that do not exist, and the option with its value.
    private String[] line(CommandSpec spec, ArgSpec tried, String value) {
        List<String> words = new ArrayList<>(List.of(name(spec).split(" ")));
        for (ArgSpec positional : spec.positionalParameters()) {
            if (positional.arity().min() > 0) {
                words.add(positional.equals(tried) ? value : isNumber(positional) ? "1" : none());
            }
        }
        for (OptionSpec option : spec.options()) {
            if (option.equals(tried)) {
                words.add(option.longestName() + "=" + value);
            } else if (option.longestName().equals("--out")) {
                words.addAll(List.of("--out", folder.resolve("out").toString()));
            } else if (option.required() || List.of("--data", "--encoder").contains(option.longestName())) {
                Object[] constants = option.type().getEnumConstants();
                words.addAll(List.of(option.longestName(), constants == null ? none() : constants[0].toString()));
            }
        }
        if (name(spec).equals("evaluate")) {
            words.add("knn");
        }
        return words.toArray(String[]::new);
    }

    private String none() {
        return folder.resolve("none").toString();
    }

    private static boolean takes(ArgSpec arg, String value) {
        boolean whole = type(arg) != double.class && type(arg) != Double.class;
        try {
            double number = whole ? Long.parseLong(value) : Double.parseDouble(value);
            Within within = OptionRanges.within(arg);
            if (within == null) {
                return true;
            }
            return (within.above() ? number > within.least() : number >= within.least())
                    && (within.below() ? number < within.most() : number <= within.most());
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isNumber(ArgSpec arg) {
        return EXTREMES.containsKey(type(arg));
    }

    // Of each, where it takes several.
    private static Class<?> type(ArgSpec arg) {
        return Collection.class.isAssignableFrom(arg.type()) ? arg.auxiliaryTypes()[0] : arg.type();
    }

    // Any whole number is a seed.
    private static boolean isSeed(ArgSpec arg) {
        return OptionRanges.name(arg).endsWith("seed");
    }

    private static CommandSpec spec(String name) {
        CommandLine line = new CommandLine(new Main());
        for (String word : name.split(" ")) {
            line = Objects.requireNonNull(line.getSubcommands().get(word));
        }
        return line.getCommandSpec();
    }

    private static String name(CommandSpec spec) {
        return spec.qualifiedName(" ").replaceFirst("^cyphervit ?", "");
    }
}
