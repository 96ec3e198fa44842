package org.cyphervit.cli.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cyphervit.backbone.Backbones;
import org.cyphervit.cli.report.WebPage;
import org.cyphervit.ssl.Methods;
import org.junit.jupiter.api.Test;

class CommandLinesTest {
    @Test
    void whatThePageOffersIsWhatTheServerTakesAndThisProgramCan() throws IOException {
        assertThat(Methods.names()).containsAll(CommandLines.METHODS);
        assertThat(Backbones.presetNames()).containsAll(CommandLines.BACKBONES);
        String script = WebPage.resource("workbench.js");
        assertThat(offered(script, "train-method")).isEqualTo(CommandLines.METHODS);
        assertThat(offered(script, "train-backbone")).isEqualTo(CommandLines.BACKBONES);
    }

    // The first words of the pairs of select("...", [["a", "A"], ["b", "B"]], "id").
    private static List<String> offered(String script, String id) {
        Matcher line = Pattern.compile("select\\(.*\"" + id + "\"\\)").matcher(script);
        assertThat(line.find()).as(id).isTrue();
        return Pattern.compile("\\[\"([^\"]+)\", ")
                .matcher(line.group())
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
