package org.cyphervit.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.IntConsumer;
import org.bytedeco.pytorch.Device;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.data.Split;
import org.cyphervit.embed.Embedder;
import org.cyphervit.embed.FeatureChoice;
import org.cyphervit.eval.Baselines;
import org.cyphervit.eval.Samples;
import org.cyphervit.eval.Task;
import org.cyphervit.eval.TrainTest;
import org.cyphervit.eval.UntrainedBaseline;
import org.cyphervit.eval.protocol.Protocol;
import org.cyphervit.eval.protocol.ProtocolResult;
import org.cyphervit.eval.protocol.Protocols;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import org.jspecify.annotations.Nullable;

/**
 * One kind of features in a comparison.
 *
 * @param key a stable name for files
 * @param name for people
 * @param features a pair per encoder, or per re-split
 */
public record Candidate<S extends Samples<S>>(String key, String name, List<TrainTest<S>> features) {

    /**
     * How encoders are run.
     *
     * @param size side of the images, pixels; 0 for the backbone's own
     */
    public record Embedding(int size, String device, FeatureChoice choice) {
        public static Embedding standard(String device) {
            return new Embedding(0, device, FeatureChoice.POOLED);
        }

        /** What a plain comparison depends on besides the encoders; equal where nothing would be found anew. */
        public String of(Split split, Protocols.Options options) {
            return of(split, options, 0, null, null, List.of());
        }

        /** The same with re-splits, a table of numbers and its column, and encoders to compare with. */
        public String of(
                Split split,
                Protocols.Options options,
                int resplits,
                @Nullable Path targets,
                @Nullable String column,
                List<Path> against) {
            return String.join(
                    " ",
                    "1",
                    split.train().fingerprint(),
                    split.test().fingerprint(),
                    choice.toString(),
                    "size " + size,
                    "k " + options.neighbours(),
                    "seed " + options.seed(),
                    "resplits " + resplits,
                    "targets " + targets + " " + column,
                    "against " + against);
        }
    }

    /**
     * Encoders beside what they must beat: others, if any; their backbones untrained; colour histograms; thumbnails.
     *
     * @param encoders that differ by seed
     * @param against others to compare with
     * @param progress makes a counter of embedded tiles from what is embedded and how many there are
     */
    public static <S extends Samples<S>> List<Candidate<S>> of(
            List<Path> encoders,
            List<Path> against,
            Task<S> task,
            Embedding embedding,
            BiFunction<String, Integer, IntConsumer> progress)
            throws IOException {
        List<TrainTest<S>> trained = new ArrayList<>();
        List<TrainTest<S>> untrained = new ArrayList<>();
        List<TrainTest<S>> students = new ArrayList<>();
        List<TrainTest<S>> others = new ArrayList<>();
        Device device = Scope.keep(Engine.device(embedding.device));
        for (Path encoder : encoders) {
            try (Backbone backbone = EncoderFile.read(encoder, device);
                    Backbone twin = UntrainedBaseline.of(encoder, backbone, device)) {
                trained.add(embed("embedding", backbone, task, embedding, progress));
                untrained.add(embed("embedding (untrained)", twin, task, embedding, progress));
            }
            Optional<Path> student = EncoderFile.student(encoder);
            if (student.isPresent()) {
                try (Backbone backbone = EncoderFile.read(student.get(), device)) {
                    students.add(embed("embedding (student)", backbone, task, embedding, progress));
                }
            }
        }
        for (Path encoder : against) {
            try (Backbone backbone = EncoderFile.read(encoder, device)) {
                others.add(embed("embedding (against)", backbone, task, embedding, progress));
            }
        }
        List<Candidate<S>> all = new ArrayList<>();
        all.add(new Candidate<>("trained", "trained", trained));
        if (students.size() == encoders.size()) { // runs too short for their teachers, which the encoders are
            all.add(new Candidate<>("student", "student", students));
        }
        if (!others.isEmpty()) {
            all.add(new Candidate<>("against", "against", others));
        }
        all.add(new Candidate<>("untrained", "untrained", untrained));
        all.add(new Candidate<>(
                "color_histogram", "colour histogram", List.of(task.baseline(Baselines::colorHistograms))));
        all.add(new Candidate<>("thumbnail", "8 x 8 thumbnail", List.of(task.baseline(Baselines::thumbnails))));
        requireSameTiles(all);
        return all;
    }

    // Tiles are read once for each; what is compared tile by tile must have read the same.
    private static <S extends Samples<S>> void requireSameTiles(List<Candidate<S>> contenders) {
        List<String> first = contenders.getFirst().features().getFirst().unreadable();
        for (Candidate<S> candidate : contenders) {
            for (TrainTest<S> pair : candidate.features()) {
                if (!pair.unreadable().equals(first)) {
                    throw new UserError("Tiles changed while they were read: first " + first
                            + " could not be read, then " + pair.unreadable() + ". Run again.");
                }
            }
        }
    }

    /** The same judged over re-splits of its samples; every encoder on every re-split. */
    public Candidate<S> resplit(int count, long seed) {
        List<TrainTest<S>> resplits = new ArrayList<>();
        features.forEach(pair -> resplits.addAll(pair.resplits(count, seed)));
        return new Candidate<>(key, name, resplits);
    }

    /** What a protocol finds about it. */
    public CandidateResults judge(Protocol<S> protocol) {
        List<ProtocolResult> results = new ArrayList<>();
        features.forEach(pair -> results.add(protocol.judge(pair.train(), pair.test())));
        return new CandidateResults(key, name, results);
    }

    private static <S extends Samples<S>> TrainTest<S> embed(
            String what,
            Backbone backbone,
            Task<S> task,
            Embedding embedding,
            BiFunction<String, Integer, IntConsumer> progress) {
        Embedder embedder = Embedder.of(backbone, embedding.size, embedding.device, embedding.choice);
        return task.embed(backbone, embedder, progress.apply(what, task.tiles()));
    }
}
