package org.cyphervit.mil.survival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.Fixture;
import org.cyphervit.TestDevice;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SurvivalTest {
    // Weeks of remission of 42 children with leukaemia (Freireich 1963), the example of most textbooks.
    private static final Survival TREATED = new Survival(
            new double[] {6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35},
            events(1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0));
    private static final Survival PLACEBO = new Survival(
            new double[] {1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23},
            events(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));

    @ParameterizedTest
    @EnumSource
    @Tag("reference")
    void coxLossAndGradientEqualTheFormulas(CoxLoss.Ties ties) throws Exception {
        try (Scope scope = Scope.open()) {
            Fixture fixture = Fixture.read("cox");
            Tensor risk = fixture.input("risk").clone().requires_grad_(true);
            Tensor loss = CoxLoss.of(risk, survival(fixture), ties);
            loss.backward();
            String name = ties == CoxLoss.Ties.EFRON ? "efron" : "breslow";
            fixture.check(name, loss, 1e-12);
            fixture.check("grad." + name, risk.grad(), 1e-12);
        }
    }

    @Test
    @Tag("reference")
    void concordanceEqualsHarrells() throws Exception {
        try (Scope scope = Scope.open()) {
            Fixture fixture = Fixture.read("cox");
            double index = Concordance.index(Tensors.doubles(fixture.input("risk")), survival(fixture));
            assertThat(index).isCloseTo(fixture.expected("c_index").item_double(), within(1e-12));
        }
    }

    @Test
    void largeRisksDoNotOverflowAndWithoutEventsThereIsNothingToLearn() {
        try (Scope scope = Scope.open()) {
            Tensor risk = Tensors.of(new float[] {500, -500, 900}, 3).to(TestDevice.get(), torch.ScalarType.Float);
            risk.requires_grad_(true);
            Survival seen = new Survival(new double[] {1, 2, 3}, events(1, 1, 1));
            assertThat(CoxLoss.of(risk, seen, CoxLoss.Ties.EFRON).item_double()).isFinite();
            Tensor none = CoxLoss.of(risk, new Survival(new double[] {1, 2, 3}, events(0, 0, 0)), CoxLoss.Ties.EFRON);
            none.backward();
            assertThat(none.item_double()).isZero();
            assertThat(risk.grad().abs().sum().item_double()).isZero();
        }
    }

    // By hand, and equal to statsmodels 0.13.5 (SurvfuncRight) to all digits.
    @Test
    void kaplanMeierEqualsTheTextbook() {
        KaplanMeier curve = KaplanMeier.of(TREATED);
        double[] survival =
                curve.steps().stream().mapToDouble(KaplanMeier.Step::survival).toArray();
        assertThat(survival)
                .containsExactly(
                        new double[] {
                            0.857142857142857,
                            0.806722689075630,
                            0.752941176470588,
                            0.690196078431373,
                            0.627450980392157,
                            0.537815126050420,
                            0.448179271708683
                        },
                        within(1e-12));
        assertThat(curve.median()).isEqualTo(23);
        assertThat(curve.at(5.9)).isEqualTo(1);
        assertThat(curve.at(40)).isCloseTo(0.448179271708683, within(1e-12));
        assertThat(curve.censored()).hasSize(12);
        KaplanMeier.Step first = curve.steps().getFirst();
        assertThat(first.low()).isCloseTo(0.6197180, within(1e-6));
        assertThat(first.high()).isCloseTo(0.9515517, within(1e-6));
        KaplanMeier.Step last = KaplanMeier.of(PLACEBO).steps().getLast();
        assertThat(last.survival()).isZero();
        assertThat(last.low()).isNaN();
    }

    @Test
    void logRankEqualsTheTextbook() {
        LogRank test = LogRank.of(TREATED, PLACEBO);
        assertThat(test.statistic()).isCloseTo(16.792941, within(1e-6));
        assertThat(test.p()).isCloseTo(4.168809e-5, within(1e-11));
        assertThat(LogRank.of(PLACEBO, TREATED).statistic()).isCloseTo(test.statistic(), within(1e-12));
        assertThat(LogRank.of(TREATED, new Survival(new double[0], new boolean[0]))
                        .p())
                .isNaN();
    }

    @Test
    void concordanceKnowsTiesAndCensoredPairs() {
        Survival seen = new Survival(new double[] {1, 2, 2, 3}, events(1, 0, 1, 1));
        assertThat(Concordance.index(new double[] {4, 1, 3, 2}, seen)).isEqualTo(1);
        assertThat(Concordance.index(new double[] {1, 1, 1, 1}, seen)).isEqualTo(0.5);
        assertThat(Concordance.index(new double[] {0, 9, 1, 9}, seen)).isZero();
        assertThat(Concordance.index(new double[] {1, 2}, new Survival(new double[] {1, 2}, events(0, 0))))
                .isNaN();
    }

    private static Survival survival(Fixture fixture) {
        long[] events = Tensors.longs(fixture.input("event"));
        return new Survival(
                Tensors.doubles(fixture.input("time")),
                events(Arrays.stream(events).mapToInt(e -> (int) e).toArray()));
    }

    private static boolean[] events(int... seen) {
        boolean[] events = new boolean[seen.length];
        for (int i = 0; i < seen.length; i++) {
            events[i] = seen[i] == 1;
        }
        return events;
    }
}
