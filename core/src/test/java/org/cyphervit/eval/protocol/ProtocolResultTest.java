package org.cyphervit.eval.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProtocolResultTest {
    @Test
    void aSettingAtTheEndOfWhatWasTriedIsToldFromOneInTheMiddle() {
        assertThat(chosen("5", "5", "20", "100").choseTheEdge()).isTrue();
        assertThat(chosen("20", "5", "20", "100").choseTheEdge()).isFalse();
        assertThat(chosen("100", "5", "20", "100").choseTheEdge()).isTrue();
    }

    @Test
    void whatHasOneOrTwoSettingsHasNoEnds() {
        assertThat(chosen("5", "5").choseTheEdge()).isFalse();
        assertThat(chosen("5", "5", "20").choseTheEdge()).isFalse();
        assertThat(new ProtocolResult("prototypes", "", "", Map.of(), Map.of(), new double[0], null).choseTheEdge())
                .isFalse();
    }

    private static ProtocolResult chosen(String value, String... tried) {
        Map<String, Map<String, Double>> sweep = new LinkedHashMap<>();
        List.of(tried).forEach(each -> sweep.put(each, Map.of("accuracy", 0.5)));
        return new ProtocolResult("knn", "k", value, Map.of("accuracy", 0.5), sweep, new double[0], null);
    }
}
