package org.cyphervit.cli.bench.measure;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.cyphervit.Version;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.terminal.Machine;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a benchmark measured: for the last line of JSON and for the history. */
public final class BenchOutput {
    @Option(
            names = "--history",
            paramLabel = "FILE",
            description = "Append the result to this file, a line of JSON with date and processor.")
    private @Nullable Path history;

    @Mixin
    private JsonOption json = new JsonOption();

    private final Map<String, Object> measured = new LinkedHashMap<>();

    /** Notes a figure; keys are documented and kept stable. */
    public BenchOutput put(String key, Object value) {
        measured.put(key, value);
        json.put(key, value);
        return this;
    }

    /** Notes the median, the shortest and the longest. */
    public BenchOutput put(String key, Timings timings) {
        return put(key, timings.median()).put(key + "_min", timings.min()).put(key + "_max", timings.max());
    }

    /** Notes how near to the hardware's limit the work came. */
    public BenchOutput put(HardwareLimit limit) {
        return put("gemm_gflops", limit.gemm())
                .put("achieved_gflops", limit.achieved())
                .put("floor_ms", limit.limitMilliseconds())
                .put("share_of_floor", limit.share());
    }

    /**
     * Prints and appends where it was asked for.
     *
     * @param bench the subcommand
     * @param of what it was asked to do, so that only like is compared with like
     */
    public void print(String bench, String of) throws IOException {
        if (history != null) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put(
                    "date",
                    LocalDateTime.now(ZoneId.systemDefault())
                            .truncatedTo(ChronoUnit.SECONDS)
                            .toString());
            line.put("version", Version.NUMBER);
            line.put("bench", bench);
            line.put("of", of);
            line.put("cpu", Machine.processor());
            line.putAll(measured);
            line.put("peak_memory_mib", Machine.peakMemoryMib());
            History.append(history, line);
        }
        json.print();
    }
}
