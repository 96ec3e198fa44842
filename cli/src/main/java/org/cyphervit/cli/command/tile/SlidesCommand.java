package org.cyphervit.cli.command.tile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.cyphervit.Words;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.file.CsvTable;
import org.cyphervit.slide.SlideReader;
import org.cyphervit.slide.cohort.SlideInfo;
import org.cyphervit.slide.cohort.SlideSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "slides",
        description = "What a folder of slides holds, before anything is done with them.",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        subcommands = {SlidesCommand.InfoCommand.class})
public final class SlidesCommand {
    @Command(
            name = "info",
            description = {
                "A line per slide: format, size, levels, microns per pixel, objective, scanner, stain, and what is wrong.",
                "The exit code is 1 if a slide cannot be read."
            },
            sortOptions = false,
            mixinStandardHelpOptions = true)
    static final class InfoCommand implements Callable<Integer> {
        private static final int WIDEST = 44;

        @Parameters(arity = "1..*", paramLabel = "SLIDE", description = "Slides, images, or folders of them.")
        private List<Path> slides = List.of();

        @Option(names = "--csv", paramLabel = "FILE", description = "Write the table to a file too.")
        private @Nullable Path csv;

        @Option(
                names = "--mpp",
                paramLabel = "UM",
                description = "Microns per pixel of the slides that do not say it themselves.")
        @Within(least = 0.02, most = 20)
        private @Nullable Double mpp;

        @Option(names = "--reader", defaultValue = "auto", description = "auto, java or openslide. Default: auto.")
        private SlideReader reader = SlideReader.AUTO;

        @Mixin
        private JsonOption json = new JsonOption();

        @Override
        public Integer call() throws Exception {
            OptionalDouble given = mpp == null ? OptionalDouble.empty() : OptionalDouble.of(mpp);
            List<SlideSource> sources = SlideSource.find(slides);
            Progress progress = new Progress("slides", sources.size());
            List<SlideInfo> found = new ArrayList<>();
            for (SlideSource source : sources) {
                found.add(SlideInfo.of(source, reader, given));
                progress.accept(found.size());
            }
            List<List<String>> rows = found.stream().map(SlideInfo::cells).toList();
            if (csv != null) {
                CsvTable.write(csv, SlideInfo.COLUMNS, rows);
                json.put("csv", csv.toString());
            }
            print(rows);
            long broken = found.stream().filter(slide -> !slide.readable()).count();
            long doubtful = found.stream()
                    .filter(slide -> slide.readable() && !slide.problems().isEmpty())
                    .count();
            System.err.printf(
                    "%s, %d with problems, %d that cannot be read.%n",
                    Words.count(found.size(), "slide"), doubtful + broken, broken);
            return json.put("slides", found)
                    .put("unreadable", broken)
                    .put("with_problems", doubtful + broken)
                    .print(broken == 0, Words.count(broken, "slide") + " cannot be read.");
        }

        // The file's name is the last column, which a terminal has no room for.
        private static void print(List<List<String>> rows) {
            List<List<String>> all = new ArrayList<>(List.of(SlideInfo.COLUMNS));
            all.addAll(rows);
            int columns = SlideInfo.COLUMNS.size() - 1;
            int[] widths = new int[columns];
            for (List<String> row : all) {
                for (int c = 0; c < columns; c++) {
                    widths[c] = Math.max(widths[c], Math.min(WIDEST, row.get(c).length()));
                }
            }
            for (List<String> row : all) {
                StringBuilder line = new StringBuilder();
                for (int c = 0; c < columns; c++) {
                    boolean last = c == columns - 1;
                    String cell = row.get(c);
                    String cut = cell.length() > WIDEST && !last ? cell.substring(0, WIDEST - 3) + "..." : cell;
                    line.append(last ? cut : cut + " ".repeat(widths[c] + 2 - cut.length()));
                }
                System.err.println(line.toString().stripTrailing());
            }
        }
    }
}
