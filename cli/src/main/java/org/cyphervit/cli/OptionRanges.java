package org.cyphervit.cli;

import java.lang.reflect.AnnotatedElement;
import java.util.Collection;
import java.util.List;
import org.cyphervit.Ranges;
import org.cyphervit.cli.option.Within;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Refuses numbers out of the range that their option declares. */
final class OptionRanges {
    private OptionRanges() {}

    /** @throws org.cyphervit.UserError naming every option with such a number, its range and the number */
    static void check(ParseResult parsed) {
        for (CommandLine line : parsed.asCommandLineList()) {
            CommandSpec command = line.getCommandSpec();
            String name =
                    command.qualifiedName(" ").substring(command.root().name().length());
            Ranges ranges = Ranges.of("'" + name.strip() + "'");
            for (ArgSpec arg : line.getParseResult().matchedArgs()) {
                Within within = within(arg);
                if (within != null) {
                    values(arg).forEach(value -> check(ranges, name(arg), value, within));
                }
            }
            ranges.check();
        }
    }

    /** The range of an option or parameter, or null. */
    static @Nullable Within within(ArgSpec arg) {
        return arg.userObject() instanceof AnnotatedElement declared ? declared.getAnnotation(Within.class) : null;
    }

    static String name(ArgSpec arg) {
        return arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
    }

    private static List<Number> values(ArgSpec arg) {
        Object value = arg.getValue();
        Collection<?> all =
                value instanceof Collection<?> several ? several : value == null ? List.of() : List.of(value);
        return all.stream().map(Number.class::cast).toList();
    }

    private static void check(Ranges ranges, String name, Number value, Within within) {
        if (value instanceof Integer || value instanceof Long) {
            ranges.whole(name, value.longValue(), (long) within.least(), (long) within.most());
        } else if (within.above() && within.below()) {
            ranges.between(name, value.doubleValue(), within.least(), within.most());
        } else if (within.above()) {
            ranges.above(name, value.doubleValue(), within.least(), within.most());
        } else if (within.below()) {
            ranges.below(name, value.doubleValue(), within.least(), within.most());
        } else {
            ranges.number(name, value.doubleValue(), within.least(), within.most());
        }
    }
}
