package org.cyphervit.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.cyphervit.data.Split;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.Task;
import org.cyphervit.eval.protocol.Judged;
import org.cyphervit.eval.protocol.Protocol;
import org.cyphervit.eval.protocol.Protocols;

/** k-NN of encoders beside their floors, as the quickstart and reports show it. */
final class KnnComparison {
    private KnnComparison() {}

    static List<Judged> of(List<Path> encoders, Split split) throws IOException {
        Protocols.Options options = new Protocols.Options(List.of(5, 10, 20, 50, 100), "cpu", 0);
        Protocol<LabelledFeatures> knn = Protocols.named(Protocols.classification(options), "knn");
        return Contender.of(encoders, List.of(), Task.ofClasses(split), Contender.Embedding.standard("cpu")).stream()
                .map(contender -> contender.judge(knn))
                .toList();
    }
}
