package org.cyphervit.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.cyphervit.Fixture;
import org.cyphervit.eval.metric.PairCounts;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("reference")
class StatisticsReferenceTest {
    @Test
    void rankCorrelationAndTestsEqualSciPys() throws Exception {
        try (Scope scope = Scope.open()) {
            Fixture fixture = Fixture.read("statistics");
            double[] a = Tensors.doubles(fixture.input("a"));
            double[] b = Tensors.doubles(fixture.input("b_with_ties"));
            double[] x = Tensors.doubles(fixture.input("runs_x"));
            double[] y = Tensors.doubles(fixture.input("runs_y"));
            check("tau-b", PairCounts.of(a, b).tauB(), Tensors.doubles(fixture.expected("kendall_tau_b"))[0]);
            double[] independent = Tensors.doubles(fixture.expected("ttest_ind_t_p"));
            check("t", TTests.independent(x, y).t(), independent[0]);
            check("p", TTests.independent(x, y).p(), independent[1]);
            double[] paired = Tensors.doubles(fixture.expected("ttest_rel_t_p"));
            check("paired t", TTests.paired(x, y).t(), paired[0]);
            check("paired p", TTests.paired(x, y).p(), paired[1]);
        }
    }

    private static void check(String what, double actual, double expected) {
        assertThat(actual).as(what).isCloseTo(expected, within(1e-12 * Math.abs(expected)));
    }
}
