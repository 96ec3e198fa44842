package org.cyphervit.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalLong;
import org.cyphervit.monitor.HealthFinding.Severity;
import org.junit.jupiter.api.Test;

class MapTrustTest {
    private static final double[] SPREAD = {0.4, 0.3, 0.2, 0.1};

    @Test
    void aMapThatMeansNothingIsNotToBeTrusted() {
        assertThat(verdict(0.95, 0.31, SPREAD, Optional.empty(), 1_000_000).symptom())
                .isEqualTo("Do not trust this map: its phenotypes are hardly told apart anywhere");
        assertThat(verdict(0.3, 0.8, new double[] {0.99, 0.01, 0, 0}, Optional.empty(), 1_000_000)
                        .symptom())
                .contains("one phenotype covers nearly everything");
        assertThat(verdict(0.3, 0.8, SPREAD, Optional.empty(), 24).evidence()).contains("It saw 24 tiles");
        HealthFinding collapse = new HealthFinding(50, Severity.COLLAPSE, "All images get the same feature", "", "");
        assertThat(verdict(0.3, 0.8, SPREAD, Optional.of(collapse), 1_000_000).severity())
                .isEqualTo(Severity.COLLAPSE);
    }

    @Test
    void anUncertainMapSaysSoAndAClearOneIsGood() {
        HealthFinding uncertain = verdict(0.8, 0.5, SPREAD, Optional.empty(), 1_000_000);
        assertThat(uncertain.severity()).isEqualTo(Severity.WARNING);
        assertThat(uncertain.evidence())
                .isEqualTo("On average the strongest phenotype holds 50 % of a place, where chance alone gives 25 %.");
        assertThat(new MapTrust(0.3, 0.9, SPREAD)
                        .verdict(Optional.empty(), OptionalLong.empty())
                        .severity())
                .isEqualTo(Severity.GOOD);
    }

    private static HealthFinding verdict(
            double entropy, double strongest, double[] areas, Optional<HealthFinding> collapse, long seen) {
        return new MapTrust(entropy, strongest, areas).verdict(collapse, OptionalLong.of(seen));
    }
}
