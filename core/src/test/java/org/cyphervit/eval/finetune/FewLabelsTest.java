package org.cyphervit.eval.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.cyphervit.TestDevice;
import org.cyphervit.backbone.Backbones;
import org.cyphervit.data.Split;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.eval.metric.ClassMetric;
import org.cyphervit.optim.LayerRates;
import org.cyphervit.torch.Precision;
import org.junit.jupiter.api.Test;

class FewLabelsTest {
    @Test
    void moreLabelsTeachMoreAndTheSameSeedTheSame() {
        Split split = Split.of(new GeneratedTissue(12, 6, 32, 3), 0.34, 0);
        FineTuneOptions options =
                FineTuneOptions.standard(TestDevice.NAME, Precision.FP32).withLength(12, 40);
        FewLabels study = new FewLabels(split, options);
        AtomicLong steps = new AtomicLong();
        FewLabels.Outcome few = learn(study, 0.01, steps);
        FewLabels.Outcome all = learn(study, 1, steps);
        assertThat(few.tiles()).isEqualTo(9); // one of each class at least
        assertThat(all.tiles()).isEqualTo(split.train().size());
        assertThat(steps.get()).isEqualTo(all.steps());
        assertThat(all.test().get(ClassMetric.ACCURACY)).isGreaterThan(0.25); // chance is 1/9
        assertThat(all.test().get(ClassMetric.ACCURACY))
                .isGreaterThan(few.test().get(ClassMetric.ACCURACY));
        assertThat(learn(study, 0.01, steps).test().hits()).isEqualTo(few.test().hits());
    }

    @Test
    void learningRatesFallFromTheHeadToTheEmbeddings() {
        Set<String> names = new LinkedHashSet<>(List.of(
                "backbone.pos_embed",
                "backbone.patch_embed.proj.weight",
                "backbone.stages.0.cls_tokens",
                "backbone.stages.0.blocks.0.attn.qkv.weight",
                "backbone.stages.0.blocks.1.attn.qkv.weight",
                "backbone.stages.0.clustering.W.weight",
                "backbone.stages.1.cls_tokens",
                "backbone.stages.1.blocks.0.norm1.bias",
                "backbone.norm.weight",
                "head.weight"));
        Map<String, Double> rates = LayerRates.of(names, 0.5);
        assertThat(names.stream().map(rates::get))
                .containsExactly(0.0625, 0.0625, 0.0625, 0.125, 0.25, 0.25, 0.25, 0.5, 0.5, 1.0);
        assertThat(LayerRates.of(names, 1).values())
                .allSatisfy(rate -> assertThat(rate).isCloseTo(1, within(0.0)));
    }

    private static FewLabels.Outcome learn(FewLabels study, double share, AtomicLong steps) {
        return study.learn(
                Backbones.preset("vit_nano").config(8, 32, 0).build(1, TestDevice.get()),
                share,
                (step, all) -> steps.set(step));
    }
}
