package org.cyphervit.cli.command.tile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.data.sets.DataSet;
import org.cyphervit.data.sets.DataSets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "data",
        description = {
            "The public data sets that are known: where to get them, their licence, layout and parts; and copies among tiles.",
            "Every command that takes tiles opens them as NAME:FOLDER, or NAME:FOLDER#PART for a part such as a split."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        subcommands = {DataCommand.ListCommand.class, DataCommand.ShowCommand.class, DedupCommand.class})
public final class DataCommand {
    private static Map<String, Object> entry(DataSet set) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", set.name());
        entry.put("title", set.title());
        entry.put("content", set.content());
        entry.put("labels", set.labels());
        entry.put("source", set.source());
        entry.put("licence", set.licence());
        entry.put("reference", set.reference());
        entry.put("layout", set.layout());
        Map<String, List<Integer>> parts = new LinkedHashMap<>();
        set.parts().forEach(part -> parts.put(part.name(), part.tiles()));
        entry.put("parts", parts);
        return entry;
    }

    @Command(name = "list", description = "All data sets, a line each.", mixinStandardHelpOptions = true)
    static final class ListCommand implements Callable<Integer> {
        private static final String ROW = "%-15s %-39s %7s  %s%n";

        @Mixin
        private JsonOption json = new JsonOption();

        @Override
        public Integer call() {
            System.err.printf(ROW, "name", "set", "tiles", "licence");
            for (DataSet set : DataSets.all()) {
                List<Integer> tiles = set.parts().getFirst().tiles();
                System.err.printf(
                        ROW, set.name(), set.title(), tiles.isEmpty() ? "-" : tiles.getFirst(), set.licence());
            }
            System.err.println("'cyphervit data show NAME' tells where to get one and what it holds.");
            json.put("sets", DataSets.all().stream().map(DataCommand::entry).toList())
                    .print();
            return 0;
        }
    }

    @Command(name = "show", description = "What a data set holds and where to get it.", mixinStandardHelpOptions = true)
    static final class ShowCommand implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "Such as pannuke; 'data list' has them all.")
        private String name = "";

        @Mixin
        private JsonOption json = new JsonOption();

        @Override
        public Integer call() {
            DataSet set = DataSets.named(name);
            System.err.println(set.title());
            line("tiles", set.content());
            line("labels", set.labels());
            line("get it from", set.source());
            line("licence", set.licence());
            line("reference", set.reference());
            line("layout", set.layout());
            for (DataSet.Part part : set.parts()) {
                line("#" + part.name(), part.content() + ", " + part.count() + " tiles");
            }
            System.err.printf(
                    "Use: cyphervit embed --data %s:FOLDER#%s ...%n",
                    set.name(), set.parts().getFirst().name());
            entry(set).forEach(json::put);
            json.print();
            return 0;
        }

        private static void line(String what, String text) {
            System.err.printf("  %-13s %s%n", what, text);
        }
    }
}
