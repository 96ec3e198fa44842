package org.cyphervit.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.cyphervit.monitor.HealthFinding;
import org.cyphervit.monitor.HealthFinding.Severity;
import org.junit.jupiter.api.Test;

class ReportSummaryTest {
    @Test
    void aCollapseComesBeforeAllOtherVerdicts() {
        HealthFinding collapse =
                new HealthFinding(450, Severity.COLLAPSE, "One token holds all", "", "Lower the rate.");
        assertThat(ReportSummary.verdict(null, Optional.of(collapse)))
                .containsEntry("level", "bad")
                .hasEntrySatisfying("words", words -> assertThat(words).contains("collapsed", "do not use"));
        assertThat(ReportSummary.verdict(null, Optional.empty())).containsEntry("level", "none");
    }
}
