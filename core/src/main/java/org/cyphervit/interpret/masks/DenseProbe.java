package org.cyphervit.interpret.masks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.UserError;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.metric.ClassScores;
import org.cyphervit.eval.metric.Ranks;
import org.cyphervit.eval.protocol.LogisticRegression;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * What frozen features of patches know of a mask: a logistic probe learns, from patches of some patients, whether the mask
 * covers at least half of a patch, and says it of every patch of the others. Its probabilities are interpolated
 * (bilinear) to pixels and compared with the mask pixel by pixel, so that patches of several sizes compare.
 *
 * <ol>
 *   <li>Images are dealt into folds, all of a patient into one.
 *   <li>Of the patches of the other folds at most {@link #MOST} are drawn, both kinds in equal number where there are enough.
 *   <li>The penalty is chosen on a part of their patients, and the threshold of the Dice is that which is best on
 *       the training patches.
 * </ol>
 *
 * @param folds at least 2; as many as patients where these are fewer
 * @param seed of folds and draws
 */
public record DenseProbe(int folds, long seed) {
    private static final int MOST = 4000;
    private static final List<String> CLASSES = List.of("other", "masked");

    public DenseProbe {
        if (folds < 2) {
            throw new UserError("A dense probe needs at least 2 folds; got " + folds + ".");
        }
    }

    /**
     * How well the mask of one image was told.
     *
     * @param dice 2 |found and masked| / (|found| + |masked|), [0, 1]; NaN where the mask is empty
     * @param auroc of the probability, pixel by pixel, [0, 1]; NaN where the mask is empty or full
     */
    public record Score(String image, String patient, double dice, double auroc) {}

    private record Patches(
            MaskedImage image,
            String patient,
            FeatureMatrix features,
            int patch,
            int rows,
            int columns,
            int[] labels) {}

    /**
     * A score for each image, each by a probe that did not see its patient.
     *
     * @param patients the patient of an image by its name
     * @param progress receives how many images have their features
     * @throws UserError if there are fewer than two patients, or a mask has more than two classes
     */
    public List<Score> of(
            PatchFeatures features, List<MaskedImage> images, Function<String, String> patients, IntConsumer progress) {
        List<Patches> all = new ArrayList<>();
        for (MaskedImage image : images) {
            all.add(patches(features, image, patients.apply(image.name())));
            progress.accept(all.size());
        }
        Map<String, Integer> folding = folding(all);
        List<Score> scores = new ArrayList<>();
        for (int fold = 0; fold < Math.min(folds, folding.size()); fold++) {
            int left = fold;
            List<Patches> train =
                    all.stream().filter(p -> !isIn(folding, p, left)).toList();
            List<Patches> test =
                    all.stream().filter(p -> isIn(folding, p, left)).toList();
            scores.addAll(judge(train, test));
        }
        return scores;
    }

    private static boolean isIn(Map<String, Integer> folding, Patches patches, int fold) {
        return folding.getOrDefault(patches.patient, -1) == fold;
    }

    private Map<String, Integer> folding(List<Patches> all) {
        List<String> patients = new ArrayList<>(
                all.stream().map(Patches::patient).distinct().sorted().toList());
        if (patients.size() < 2) {
            throw new UserError("A dense probe learns from some patients and is judged on others; all " + all.size()
                    + " images are of one, '" + patients.getFirst() + "'. Say how names tell patients.");
        }
        Collections.shuffle(patients, new Random(seed));
        Map<String, Integer> folding = new LinkedHashMap<>();
        for (int i = 0; i < patients.size(); i++) {
            folding.put(patients.get(i), i % Math.min(folds, patients.size()));
        }
        return folding;
    }

    private static Patches patches(PatchFeatures features, MaskedImage image, String patient) {
        if (!image.isBinary()) {
            throw new UserError("A dense probe needs masks of one thing and background; '" + image.name()
                    + "' has the classes " + image.names() + ".");
        }
        int rows = features.rows(image.image());
        int columns = features.columns(image.image());
        int patch = features.patch();
        int[] labels = new int[rows * columns];
        for (int i = 0; i < labels.length; i++) {
            int covered = 0;
            for (int p = 0; p < patch * patch; p++) {
                int y = i / columns * patch + p / patch;
                int x = i % columns * patch + p % patch;
                covered += image.classes()[y * image.image().width() + x];
            }
            labels[i] = 2 * covered >= patch * patch ? 1 : 0;
        }
        return new Patches(image, patient, features.of(image.image()), patch, rows, columns, labels);
    }

    private List<Score> judge(List<Patches> train, List<Patches> test) {
        LabelledFeatures sample = sample(train);
        LogisticRegression regression = new LogisticRegression(List.of(1e-1, 1e-2, 1e-3, 1e-4), 100, 1e-4, seed);
        FeatureMatrix queries = test.stream()
                .map(Patches::features)
                .reduce(FeatureMatrix::append)
                .orElseThrow();
        FeatureMatrix both = sample.features().append(queries);
        ClassScores scores = regression.probabilities(sample, both);
        double threshold = threshold(scores, sample.labels(), weights(train, sample.counts()));
        List<Score> judged = new ArrayList<>();
        int row = sample.size();
        for (Patches patches : test) {
            float[] probabilities = new float[patches.labels.length];
            for (int i = 0; i < probabilities.length; i++) {
                probabilities[i] = (float) scores.at(row++, 1);
            }
            judged.add(score(patches, probabilities, threshold));
        }
        return judged;
    }

    // Balanced as far as both kinds are there: masks of nuclei cover a tenth of an image.
    private LabelledFeatures sample(List<Patches> train) {
        List<int[]> chosen = new ArrayList<>();
        for (int label = 0; label < CLASSES.size(); label++) {
            List<int[]> of = new ArrayList<>();
            for (int p = 0; p < train.size(); p++) {
                for (int i = 0; i < train.get(p).labels.length; i++) {
                    if (train.get(p).labels[i] == label) {
                        of.add(new int[] {p, i});
                    }
                }
            }
            if (of.isEmpty()) {
                throw new UserError("No patch of the training images is " + (label == 1 ? "covered by" : "free of")
                        + " the mask, so there is nothing to learn. Choose a larger scale.");
            }
            Collections.shuffle(of, new Random(seed + label));
            chosen.addAll(of.subList(0, Math.min(of.size(), MOST / 2)));
        }
        int width = train.getFirst().features.width();
        float[] values = new float[chosen.size() * width];
        int[] labels = new int[chosen.size()];
        List<String> patients = new ArrayList<>();
        for (int n = 0; n < labels.length; n++) {
            Patches from = train.get(chosen.get(n)[0]);
            int i = chosen.get(n)[1];
            System.arraycopy(from.features.values(), i * width, values, n * width, width);
            labels[n] = from.labels[i];
            patients.add(from.patient);
        }
        return new LabelledFeatures(new FeatureMatrix(values, width), labels, CLASSES, patients);
    }

    // How many training patches each drawn one stands for.
    private static double[] weights(List<Patches> train, int[] drawn) {
        double[] weights = new double[CLASSES.size()];
        train.forEach(patches -> {
            for (int label : patches.labels) {
                weights[label] += 1.0 / drawn[label];
            }
        });
        return weights;
    }

    // Of 99 thresholds the one with the best Dice over the training patches.
    private static double threshold(ClassScores scores, int[] labels, double[] weights) {
        double best = 0.5;
        double most = -1;
        for (int t = 1; t < 100; t++) {
            double both = 0;
            double sizes = 0;
            for (int i = 0; i < labels.length; i++) {
                int found = scores.at(i, 1) >= t / 100.0 ? 1 : 0;
                both += weights[labels[i]] * found * labels[i];
                sizes += weights[labels[i]] * (found + labels[i]);
            }
            if (2 * both / sizes > most) {
                most = 2 * both / sizes;
                best = t / 100.0;
            }
        }
        return best;
    }

    private static Score score(Patches patches, float[] probabilities, double threshold) {
        int height = patches.rows * patches.patch;
        int width = patches.columns * patches.patch;
        float[] fine;
        try (Scope scope = Scope.open()) {
            Tensor grid = Tensors.of(probabilities, 1, 1, patches.rows, patches.columns);
            fine = Tensors.floats(torch.upsample_bilinear2d(grid, new long[] {height, width}, false));
        }
        boolean[] masked = new boolean[fine.length];
        double both = 0;
        double sizes = 0;
        int covered = 0;
        for (int i = 0; i < fine.length; i++) {
            masked[i] =
                    patches.image.classes()[i / width * patches.image.image().width() + i % width] == 1;
            boolean found = fine[i] >= threshold;
            both += found && masked[i] ? 1 : 0;
            sizes += (found ? 1 : 0) + (masked[i] ? 1 : 0);
            covered += masked[i] ? 1 : 0;
        }
        return new Score(
                patches.image.name(),
                patches.patient,
                covered == 0 ? Double.NaN : 2 * both / sizes,
                covered == 0 || covered == fine.length ? Double.NaN : Ranks.auroc(fine, masked));
    }
}
