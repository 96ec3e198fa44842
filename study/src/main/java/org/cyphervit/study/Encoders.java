package org.cyphervit.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.pytorch.Device;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.data.Fingerprint;
import org.cyphervit.data.TileSource;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.file.FileClaim;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.study.table.ComparedEncoder;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import org.cyphervit.train.FailedRun;
import org.cyphervit.train.Run;
import org.cyphervit.train.RunListener;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;
import org.jspecify.annotations.Nullable;

/** The encoders of a study: trained where they are missing, gone on with where they were interrupted. */
final class Encoders {
    private static final String FINISHED = "finished.txt";
    private static final String FAILED = "failed.txt";

    private final Path runs;
    private final Path claims;
    private final Budget budget;
    private final StudyData data;
    private final List<String> settings;
    private final @Nullable Path imageNet;
    private final String device;
    private final Study.Training training;
    private final Map<String, String> keys = new HashMap<>();

    Encoders(
            Path study,
            Budget budget,
            StudyData data,
            List<String> settings,
            @Nullable Path imageNet,
            String device,
            Study.Training training) {
        this.runs = study.resolve("runs");
        this.claims = study.resolve(".claims");
        this.budget = budget;
        this.data = data;
        this.settings = settings;
        this.imageNet = imageNet;
        this.device = device;
        this.training = training;
    }

    /** How far a run is. */
    enum State {
        MISSING,
        BEGUN,
        FINISHED,
        FAILED
    }

    /** The whole recipe of an entrant that is or would be trained. */
    Recipe recipe(ComparedEncoder encoder, long seed) {
        TileSource tiles = data.tiles();
        return Recipes.resolve(
                budget.overrides(encoder, data, seed, settings), new DatasetInfo(tiles.size(), tiles.classes()));
    }

    /**
     * A name that says all: of two encoders with one name, one is the other. For runs it ends with a hash of recipe and
     * tiles.
     */
    String key(ComparedEncoder encoder, long seed) {
        return keys.computeIfAbsent(encoder.id() + " " + seed, unseen -> newKey(encoder, seed));
    }

    private String newKey(ComparedEncoder encoder, long seed) {
        return switch (encoder.kind()) {
            case COLOR -> "color";
            case IMAGENET -> "imagenet-" + hash(String.valueOf(imageNet));
            case TRAINED, UNTRAINED -> {
                Recipe recipe = recipe(encoder, seed);
                String what = encoder.kind() == ComparedEncoder.Kind.UNTRAINED ? "untrained" : encoder.method();
                String all = encoder.kind() == ComparedEncoder.Kind.UNTRAINED
                        ? recipe.backbone().toString()
                        : Recipes.write(recipe) + data.tiles().fingerprint();
                yield what + "-" + encoder.backbone() + "-s" + seed + "-" + hash(all);
            }
        };
    }

    State state(ComparedEncoder encoder, long seed) {
        if (encoder.kind() == ComparedEncoder.Kind.IMAGENET) {
            return imageNet == null ? State.FAILED : State.FINISHED;
        }
        if (encoder.kind() != ComparedEncoder.Kind.TRAINED) {
            return State.FINISHED;
        }
        Path run = run(encoder, seed);
        if (Files.exists(run.resolve(FINISHED))) {
            return State.FINISHED;
        }
        if (Files.exists(run.resolve(FAILED))) {
            return State.FAILED;
        }
        return Files.exists(run.resolve(Run.RECIPE)) ? State.BEGUN : State.MISSING;
    }

    /** Why there is no encoder. */
    String reason(ComparedEncoder encoder, long seed) throws IOException {
        return encoder.kind() == ComparedEncoder.Kind.IMAGENET
                ? "ViT weights trained on ImageNet are needed (setting 'imagenet')"
                : Files.readString(run(encoder, seed).resolve(FAILED)).strip();
    }

    /** The right to train and measure an encoder, unless another process has it. */
    Optional<FileClaim> take(ComparedEncoder encoder, long seed) throws IOException {
        return FileClaim.take(claim(encoder, seed));
    }

    /** The same, as soon as no other process has it. */
    FileClaim await(ComparedEncoder encoder, long seed) throws IOException {
        return FileClaim.await(claim(encoder, seed));
    }

    private Path claim(ComparedEncoder encoder, long seed) {
        return claims.resolve(key(encoder, seed) + ".lock");
    }

    /**
     * Trains until the entrant has an encoder, or has failed: a collapse is a result, and the other rows go on.
     *
     * @throws UserError if a signal stopped it
     */
    void train(ComparedEncoder encoder, long seed) throws IOException {
        State state = state(encoder, seed);
        if (state == State.FINISHED || state == State.FAILED) {
            return;
        }
        Path run = run(encoder, seed);
        try {
            RunListener.End end = training.train(run, recipe(encoder, seed), data.tiles(), state == State.BEGUN);
            if (!end.finished()) {
                throw new UserError("Stopped. The same command goes on where it was.");
            }
            AtomicFiles.write(run.resolve(FINISHED), end.step() + " steps, " + end.imagesPerSecond() + " images/s\n");
        } catch (FailedRun e) {
            AtomicFiles.write(run.resolve(FAILED), e.getMessage() + "\n");
        }
    }

    /** The encoder's weights, where measurements are made; null for an entrant that needs none. */
    @Nullable
    Backbone open(ComparedEncoder encoder, long seed) throws IOException {
        Device where = Scope.keep(Engine.device(device));
        return switch (encoder.kind()) {
            case COLOR -> null;
            case IMAGENET -> EncoderFile.read(Objects.requireNonNull(imageNet), where);
            case TRAINED -> EncoderFile.read(run(encoder, seed), where);
            case UNTRAINED -> recipe(encoder, seed).backbone().build(seed, where);
        };
    }

    /** Where encoders are measured. */
    String device() {
        return device;
    }

    Path run(ComparedEncoder encoder, long seed) {
        return runs.resolve(key(encoder, seed));
    }

    private static String hash(String text) {
        Fingerprint fingerprint = new Fingerprint();
        fingerprint.add(text);
        return fingerprint.hex().substring(0, 8);
    }
}
