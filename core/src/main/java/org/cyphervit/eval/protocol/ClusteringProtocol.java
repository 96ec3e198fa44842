package org.cyphervit.eval.protocol;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.metric.Agreement;
import org.cyphervit.eval.numeric.CosineNeighbours;
import org.cyphervit.eval.numeric.KMeans;
import org.cyphervit.torch.Scope;

/**
 * How well clusters found without labels agree with the classes: k-means of the test samples' features of unit length with
 * as many clusters as classes. Training samples are not used.
 *
 * @param starts of k-means
 */
record ClusteringProtocol(int starts, long seed) implements Protocol<LabelledFeatures> {
    @Override
    public String name() {
        return "clusters";
    }

    @Override
    public ProtocolResult judge(LabelledFeatures train, LabelledFeatures test) {
        test.requireSamples("Clustering");
        int classes = test.classes().size();
        int k = Math.min(classes, test.size());
        try (Scope scope = Scope.open()) {
            int[] clusters = KMeans.cluster(CosineNeighbours.unit(test.features(), new Device("cpu")), k, starts, seed);
            Agreement agreement = Agreement.of(test.labels(), classes, clusters, k);
            Map<String, Double> metrics = new LinkedHashMap<>();
            metrics.put("nmi", agreement.nmi());
            metrics.put("ari", agreement.ari());
            metrics.put("cluster_accuracy", agreement.accuracy());
            return new ProtocolResult(name(), "", "", metrics, Map.of(), new double[0], null);
        }
    }
}
