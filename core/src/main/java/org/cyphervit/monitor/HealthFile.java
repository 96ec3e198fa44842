package org.cyphervit.monitor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.file.Writing;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;

/** {@code health.jsonl} of a run: a {@link HealthFinding} per line, oldest first. */
public final class HealthFile {
    /** The file's name in a run's folder. */
    public static final String NAME = "health.jsonl";

    private static final ObjectMapper JSON = new ObjectMapper();

    private HealthFile() {}

    /** What was found while a run trained; nothing for a run that no one watched. A last line that was cut is left out. */
    public static List<HealthFinding> read(Path run) throws IOException {
        Path file = run.resolve(NAME);
        List<HealthFinding> findings = new ArrayList<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                try {
                    findings.add(JSON.readValue(line, HealthFinding.class));
                } catch (JacksonException e) {
                    // A line that a kill cut: what it would have said is lost, the others are not.
                }
            }
        }
        return findings;
    }

    static void append(Path run, HealthFinding finding) {
        Writing.append(run.resolve(NAME), line(finding));
    }

    /** Drops what was found after the step that a resumed run goes on from. */
    static void cutBack(Path run, long step) throws IOException {
        if (Files.exists(run.resolve(NAME))) {
            StringBuilder kept = new StringBuilder();
            read(run).stream().filter(finding -> finding.step() <= step).forEach(finding -> kept.append(line(finding)));
            AtomicFiles.write(run.resolve(NAME), kept.toString());
        }
    }

    private static String line(HealthFinding finding) {
        return JSON.writeValueAsString(finding) + "\n";
    }
}
