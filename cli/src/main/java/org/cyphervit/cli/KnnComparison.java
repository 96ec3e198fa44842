package org.cyphervit.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.cyphervit.cli.report.Evaluation;
import org.cyphervit.cli.report.Neighbours;
import org.cyphervit.data.Split;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.Task;
import org.cyphervit.eval.protocol.Judged;
import org.cyphervit.eval.protocol.Protocol;
import org.cyphervit.eval.protocol.Protocols;
import org.jspecify.annotations.Nullable;

/** k-NN of a run beside its floors, as the quickstart and reports show it and 'evaluate knn' keeps it. */
final class KnnComparison {
    private static final Protocols.Options OPTIONS = new Protocols.Options(List.of(5, 10, 20, 50, 100), "cpu", 0);
    private static final Contender.Embedding EMBEDDING = Contender.Embedding.standard("cpu");

    private KnnComparison() {}

    /**
     * Judges, and keeps the result in the run's folder.
     *
     * @param on the tiles, for people
     */
    static List<Judged> judge(Path run, Split split, String on) throws IOException {
        Protocol<LabelledFeatures> knn = Protocols.named(Protocols.classification(OPTIONS), Neighbours.KNN);
        List<Contender<LabelledFeatures>> contenders =
                Contender.of(List.of(run), List.of(), Task.ofClasses(split), EMBEDDING);
        List<Judged> rows =
                contenders.stream().map(contender -> contender.judge(knn)).toList();
        Verdict verdict = new Verdict(rows, 1, contenders.getFirst().features().getFirst(), 0, 0);
        Evaluation.keep(List.of(run), verdict.found(of(split), on));
        return rows;
    }

    /** What a run keeps on these tiles; null for nothing. */
    static @Nullable Neighbours kept(Path run, String of) throws IOException {
        return kept(run).stream()
                .filter(knn -> knn.from().of().equals(of))
                .findFirst()
                .orElse(null);
    }

    /** All that a run keeps, the newest first. */
    static List<Neighbours> kept(Path run) throws IOException {
        return Evaluation.all(run, leftOut -> {}).stream()
                .flatMap(evaluation -> Neighbours.of(evaluation).stream())
                .toList();
    }

    /** What a comparison on these tiles depends on. */
    static String of(Split split) {
        return EMBEDDING.of(split, OPTIONS);
    }
}
