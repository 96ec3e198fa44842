package org.cyphervit.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cyphervit.cli.serve.HttpResponse;
import org.junit.jupiter.api.Test;

class OrderedJsonTest {
    // Ten keys of a Map.of() are in this order in one process of millions.
    private static final Map<String, Object> UNORDERED =
            Map.of("a", 1, "b", 2, "c", 3, "d", 4, "e", 5, "f", 6, "g", 7, "h", 8, "i", 9, "j", 10);

    private static final String SORTED =
            "{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9,\"j\":10}";

    @Test
    void keysWithoutAnOrderAreSortedAndOthersStayAsTheyAre() {
        Map<String, Object> ordered = new LinkedHashMap<>();
        ordered.put("z", List.of(UNORDERED, "x"));
        ordered.put("a", UNORDERED);
        assertThat(OrderedJson.of(ordered)).isEqualTo("{\"z\":[" + SORTED + ",\"x\"],\"a\":" + SORTED + "}");
    }

    @Test
    void answersOfTheViewerAreTheSameInEachProcess() {
        assertThat(HttpResponse.json(UNORDERED).text()).isEqualTo(SORTED);
        assertThat(HttpResponse.working("tiles", 1, 2).text())
                .isEqualTo("{\"done\":1,\"total\":2,\"working\":\"tiles\"}");
    }
}
