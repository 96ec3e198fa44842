package org.cyphervit.cli.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.cyphervit.cli.report.Evaluation;
import org.cyphervit.cli.report.KnnResult;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.compare.Candidate;
import org.cyphervit.compare.CandidateResults;
import org.cyphervit.compare.Comparison;
import org.cyphervit.data.Split;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.Task;
import org.cyphervit.eval.protocol.Protocol;
import org.cyphervit.eval.protocol.Protocols;
import org.jspecify.annotations.Nullable;

/** k-NN of a run beside its baselines, as the quickstart and reports show it and 'evaluate knn' keeps it. */
public final class KnnComparison {
    private static final Protocols.Options OPTIONS = new Protocols.Options(List.of(5, 10, 20, 50, 100), "cpu", 0);
    private static final Candidate.Embedding EMBEDDING = Candidate.Embedding.standard("cpu");

    private KnnComparison() {}

    /**
     * Judges, and keeps the result in the run's folder.
     *
     * @param on the tiles, for people
     */
    public static List<CandidateResults> judge(Path run, Split split, String on) throws IOException {
        Protocol<LabelledFeatures> knn = Protocols.named(Protocols.classification(OPTIONS), KnnResult.KNN);
        List<Candidate<LabelledFeatures>> candidates =
                Candidate.of(List.of(run), List.of(), Task.ofClasses(split), EMBEDDING, Progress::new);
        List<CandidateResults> rows =
                candidates.stream().map(candidate -> candidate.judge(knn)).toList();
        Comparison comparison =
                new Comparison(rows, 1, candidates.getFirst().features().getFirst(), 0, 0);
        Evaluation.keep(List.of(run), new ComparisonOutput(comparison).found(of(split), on));
        return rows;
    }

    /** What a run keeps on these tiles; null for nothing. */
    public static @Nullable KnnResult kept(Path run, String of) throws IOException {
        return kept(run).stream()
                .filter(knn -> knn.from().of().equals(of))
                .findFirst()
                .orElse(null);
    }

    /** All that a run keeps, the newest first. */
    public static List<KnnResult> kept(Path run) throws IOException {
        return Evaluation.all(run, leftOut -> {}).stream()
                .flatMap(evaluation -> KnnResult.of(evaluation).stream())
                .toList();
    }

    /** What a comparison on these tiles depends on. */
    public static String of(Split split) {
        return EMBEDDING.of(split, OPTIONS);
    }
}
