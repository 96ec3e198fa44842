package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** Every command's help explains what it lists, in words and not by a default alone, and the same thing is named the same way. */
class HelpTest {
    private final List<String> faults = new ArrayList<>();

    @Test
    void everyOptionSaysWhatItIs() throws Exception {
        look(Main.line().getCommandSpec());
        assertThat(faults).isEmpty();
    }

    private void look(CommandSpec command) {
        String name = command.qualifiedName();
        for (ArgSpec argument : command.args()) {
            String words = String.join(" ", argument.description());
            String what = name + " " + argument.paramLabel() + ": ";
            if (words.isBlank() || words.startsWith("Default") || words.contains("COMPLETION-CANDIDATES")) {
                faults.add(what + "is not explained: " + words);
            }
            if (!argument.hidden()
                    && argument.isPositional()
                    && argument.paramLabel().matches("RUN|ENCODER")
                    && !name.endsWith(" report")) {
                faults.add(what + "an encoder is named by --encoder");
            }
        }
        if (command.findOption("--out") != null) {
            String label = command.findOption("--out").paramLabel();
            if (!label.matches("FOLDER|FILE\\|FOLDER")) {
                faults.add(name + " --out is " + label + ": folders are taken everywhere");
            }
        }
        command.subcommands().values().stream().map(CommandLine::getCommandSpec).forEach(this::look);
    }
}
