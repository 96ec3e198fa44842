package org.cyphervit.cli.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.cyphervit.cli.bench.measure.History;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.eval.table.TableFormat;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "history",
        description = "Show what --history collected: a table for each benchmark, a row for each run.",
        mixinStandardHelpOptions = true)
public final class BenchHistoryCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "What --history wrote.")
    private Path file = Path.of(".");

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws IOException {
        List<ObjectNode> results = History.read(file);
        History.tables(results).forEach(table -> System.err.println(table.write(TableFormat.TXT)));
        json.put("runs", results).print();
        return 0;
    }
}
