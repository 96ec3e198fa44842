package org.cyphervit.eval.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.Fixture;
import org.cyphervit.TestDevice;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("reference")
class KnnReferenceTest {
    @Test
    void accuraciesEqualTheOfficialOnesForEveryK() throws Exception {
        try (Scope scope = Scope.open()) {
            Fixture fixture = Fixture.read("knn");
            List<String> classes = IntStream.range(0, fixture.integer("classes"))
                    .mapToObj(i -> "class" + i)
                    .toList();
            LabelledFeatures train = new LabelledFeatures(
                    FeatureMatrix.of(fixture.input("train")), labels(fixture.input("train_labels")), classes);
            int[] truth = labels(fixture.input("test_labels"));
            FeatureMatrix test = FeatureMatrix.of(fixture.input("test"));
            int[] ks = labels(fixture.input("k"));
            double[] expected = Tensors.doubles(fixture.expected("top1_percent"));
            for (int i = 0; i < ks.length; i++) {
                Knn knn = new Knn(List.of(ks[i]), fixture.number("temperature"), TestDevice.NAME);
                double accuracy = knn.classify(train, test).getFirst().scores().accuracyAt(1, truth);
                assertThat(100 * accuracy).as("k = %d", ks[i]).isCloseTo(expected[i], within(1e-9));
            }
        }
    }

    private static int[] labels(Tensor tensor) {
        return Arrays.stream(Tensors.longs(tensor)).mapToInt(Math::toIntExact).toArray();
    }
}
