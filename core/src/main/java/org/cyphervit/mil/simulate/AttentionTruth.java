package org.cyphervit.mil.simulate;

import java.util.ArrayList;
import java.util.List;
import org.cyphervit.eval.metric.Ranks;
import org.cyphervit.eval.metric.Summary;
import org.cyphervit.mil.fit.Fitting;
import org.cyphervit.mil.fit.SlideNet;
import org.cyphervit.mil.protocol.CrossValidation;

/**
 * Whether attention finds the tumour: over the tumour slides of the folds that were tested, the area under the ROC curve of
 * attention for tumour tiles against the others.
 */
public final class AttentionTruth implements CrossValidation.Visitor {
    private final SimulatedSlides slides;
    private final List<Double> areas = new ArrayList<>();

    public AttentionTruth(SimulatedSlides slides) {
        this.slides = slides;
    }

    @Override
    public void tested(Fitting fitting, SlideNet net, int[] test) {
        fitting.attention(net, test, (example, attention) -> {
            double area = Ranks.auroc(attention, slides.isTumour()[example]);
            if (!Double.isNaN(area)) {
                areas.add(area);
            }
        });
    }

    /** Mean and spread over slides: 0.5 for attention at random, 1 where every tumour tile is above all others. */
    public Summary auroc() {
        return Summary.of(areas.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
