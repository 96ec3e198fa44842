package org.cyphervit.cli.option;

import java.util.LinkedHashMap;
import java.util.Map;
import org.cyphervit.cli.terminal.Machine;
import org.cyphervit.cli.terminal.OrderedJson;
import picocli.CommandLine.Option;

/** The last line of a command: one JSON object on standard output, on request. */
public final class JsonOption {
    @Option(names = "--json", description = "End with one JSON object as the last line of standard output.")
    private boolean json;

    private final Map<String, Object> entries = new LinkedHashMap<>();

    /** Notes what was measured or written; the keys are documented and kept stable. */
    public JsonOption put(String key, Object value) {
        entries.put(key, value);
        return this;
    }

    /**
     * Prints the object if it was asked for, of a command that did its work and found something amiss.
     *
     * @param good whether nothing was
     * @param words what was, for {@code error}
     * @return the exit code
     */
    public int print(boolean good, String words) {
        if (!good) {
            put("error", words).put("exit", 1);
        }
        print();
        return good ? 0 : 1;
    }

    /** Prints the object if it was asked for. */
    public void print() {
        if (json) {
            entries.put("peak_memory_mib", Machine.peakMemoryMib());
            System.out.println(OrderedJson.of(entries));
        }
    }
}
