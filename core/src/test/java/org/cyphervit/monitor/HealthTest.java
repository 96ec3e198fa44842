package org.cyphervit.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.cyphervit.TestDevice;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.monitor.HealthFinding.Severity;
import org.cyphervit.nn.Init;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.ssl.MethodProvider;
import org.cyphervit.ssl.Methods;
import org.cyphervit.ssl.Symptom;
import org.cyphervit.torch.Scope;
import org.cyphervit.train.FailedRun;
import org.cyphervit.train.RunListener;
import org.cyphervit.train.TinyRun;
import org.cyphervit.train.recipe.Recipe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthTest {
    private static final double CHANCE = Math.log(1024);

    private final List<HealthFinding> found = new ArrayList<>();
    private final Health health = new Health(found::add);

    @TempDir
    private Path folder;

    @Test
    void tellsTheUniformCollapseAndTheRecovery() throws IOException {
        start(100_000);
        steps(1, 900, CHANCE, CHANCE * 0.999, 0.2);
        assertThat(found)
                .singleElement()
                .satisfies(finding -> assertThat(finding.sentence())
                        .contains("every prototype equally likely", "teacherTemperature"));
        steps(901, 2500, 4.0, 3.5, 0.3);
        assertThat(found)
                .hasSize(2)
                .last()
                .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.GOOD));
        assertThat(HealthFile.read(folder)).isEqualTo(found);
        assertThat(HealthSummary.standing(found)).isEmpty();
    }

    @Test
    void tellsThatAllImagesGetOnePrototype() {
        start(100_000);
        steps(1, 900, 0.01, 0.01, 0.4);
        assertThat(found)
                .singleElement()
                .satisfies(finding -> assertThat(finding.sentence()).contains("one prototype", "Raise"));
    }

    @Test
    void stopsWhenACollapseLastsForHalfOfTheRun() {
        start(3000);
        assertThatThrownBy(() -> steps(1, 2900, 3, 2, 0.001))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("same feature");
    }

    @Test
    void tellsWithinFiftyStepsThatOneTokenHoldsEverythingAndStopsFiftyLater() throws IOException {
        start(100_000);
        reading(400, Map.of("rankme", 8.0, "token_balance", 0.9, "assignment_balance_0", 0.9));
        reading(450, Map.of("rankme", 6.0, "token_balance", 6e-5, "assignment_balance_0", 0.9));
        assertThat(found).singleElement().satisfies(finding -> {
            assertThat(finding.step()).isEqualTo(450);
            assertThat(finding.severity()).isEqualTo(Severity.COLLAPSE);
            assertThat(finding.sentence()).contains("One final token", "6.00e-05", "centerMomentum");
        });
        assertThatThrownBy(() -> reading(500, Map.of("rankme", 2.4, "token_balance", 6e-5)))
                .isInstanceOf(FailedRun.class)
                .hasMessageContainingAll("Stopped at step 500", "since step 450", "run.onCollapse");
        assertThat(HealthSummary.standing(HealthFile.read(folder)))
                .hasValueSatisfying(finding -> assertThat(finding.step()).isEqualTo(450));
    }

    @Test
    void aCollapsedStageIsNamedAlthoughTheRollOutLooksEven() {
        start(100_000);
        reading(50, Map.of("rankme", 6.0, "token_balance", 0.99, "assignment_balance_0", 0.01));
        assertThat(found)
                .singleElement()
                .satisfies(finding -> assertThat(finding.symptom()).contains("stage 0"));
    }

    @Test
    void goesOnWhereTheRecipeSaysSo() {
        start(100_000, "run.onCollapse=continue");
        for (int step = 50; step <= 500; step += 50) {
            reading(step, Map.of("rankme", 2.0, "token_balance", 0.001));
        }
        assertThat(found).hasSize(1);
    }

    @Test
    void aRankThatFallsIsACollapseAndOneThatWasNeverHighIsNot() {
        start(100_000, "run.batch=64");
        reading(50, Map.of("rankme", 1.5, "feature_std", 0.03));
        assertThat(found).isEmpty();
        reading(100, Map.of("rankme", 10.0, "feature_std", 0.3));
        reading(150, Map.of("rankme", 1.9, "feature_std", 0.03));
        assertThat(found)
                .singleElement()
                .satisfies(finding -> assertThat(finding.sentence())
                        .contains("few directions", "RankMe is 1.9, was 10.0, and could be 24"));
    }

    @Test
    void limitsGrowWithTheRootOfBatchAndWidth() {
        assertThat(new FeatureLimits(64).collapsedRank()).isEqualTo(2.75);
        assertThat(new FeatureLimits(256).collapsedRank()).isEqualTo(4.75);
        assertThat(new FeatureLimits(64).poorRank()).isEqualTo(5.2);
    }

    @Test
    void aResumedRunDropsWhatWasFoundAfterItsStep() throws IOException {
        for (long step : new long[] {50, 100, 150}) {
            HealthFile.append(folder, new HealthFinding(step, Severity.WARNING, "s", "e", "r"));
        }
        HealthFile.cutBack(folder, 100);
        assertThat(HealthFile.read(folder)).extracting(HealthFinding::step).containsExactly(50L, 100L);
    }

    @Test
    void healthyRunsAreLeftAlone() {
        start(3000);
        steps(1, 3000, 4.5, 3, 0.5);
        assertThat(found).isEmpty();
    }

    @Test
    void speaksTheLanguageOfEachMethod() {
        tells("mae", Map.of("loss", 1.0, "prediction_spread", 0.001), "same mean patch");
        tells("simclr", Map.of("loss", Math.log(63), "feature_std", 0.05), "as likely a partner");
        tells("simclr", Map.of("loss", 2.0, "feature_std", 0.001), "same feature");
        tells("moco", Map.of("loss", 2.0, "feature_std", 0.001), "same feature");
        tells("moco", Map.of("loss", 2.0, "feature_std", 0.5, "queue_gap", 0.4), "too old");
        tells("supervised", Map.of("loss", Math.log(2), "feature_std", 0.5), "classes are guessed");
        tells("ibot", Map.of("loss", 2.0, "feature_std", 0.5, "teacher_entropy", 0.0), "one prototype");
    }

    private void tells(String method, Map<String, Double> measures, String words) {
        List<HealthFinding> told = new ArrayList<>();
        Health watcher = new Health(told::add);
        watcher.started(new RunListener.Start(
                folder, TinyRun.recipe("vit_nano", 9), 36, 0, 100_000, Double.NaN, symptoms(method)));
        for (int step = 1; step <= 900; step++) {
            watcher.stepped(new RunListener.Step(step, 0, measures, 4, 0));
        }
        assertThat(told)
                .as(method)
                .singleElement()
                .satisfies(finding -> assertThat(finding.sentence()).contains(words));
    }

    private static List<Symptom> symptoms(String name) {
        return symptoms(Methods.named(name));
    }

    private static <O extends Record> List<Symptom> symptoms(MethodProvider<O> provider) {
        try (Scope scope = Scope.open()) {
            Device device = TestDevice.get();
            Backbone backbone = VitConfig.of(8, 1, 1, 8, 16).build(0, device);
            O options = provider.defaults(new DatasetInfo(100, List.of("a", "b")), 1000);
            return provider.make(backbone, options, new Init(0, device)).symptoms(32);
        }
    }

    private void start(long steps, String... settings) {
        Recipe recipe = TinyRun.recipe("vit_nano", steps, settings);
        health.started(new RunListener.Start(folder, recipe, 36, 0, steps, CHANCE, symptoms("dino")));
    }

    private void reading(long step, Map<String, Double> measures) {
        health.stepped(new RunListener.Step(step, 0, measures, 4, 0));
    }

    private void steps(int from, int to, double loss, double entropy, double spread) {
        for (int step = from; step <= to; step++) {
            health.stepped(new RunListener.Step(
                    step, 0, Map.of("loss", loss, "teacher_entropy", entropy, "feature_std", spread), 4, 0));
        }
    }
}
