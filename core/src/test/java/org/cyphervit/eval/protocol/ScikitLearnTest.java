package org.cyphervit.eval.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.cyphervit.TestDevice;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.metric.ClassMetric;
import org.cyphervit.eval.metric.Scorecard;
import org.cyphervit.file.NpyArray;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same features scored by scikit-learn; skipped where python3 has none (Debian: python3-sklearn). */
class ScikitLearnTest {
    private static final List<String> PYTHONS = List.of("/usr/bin/python3", "python3");
    private static final double PENALTY = 1e-3;
    private static final String SCRIPT = """
            import sys
            import numpy as np
            from sklearn.linear_model import LogisticRegression, Ridge
            from sklearn.metrics import (adjusted_rand_score, balanced_accuracy_score, cohen_kappa_score, f1_score,
                                         normalized_mutual_info_score, roc_auc_score)
            from sklearn.neighbors import KNeighborsClassifier
            folder, penalty = sys.argv[1], float(sys.argv[2])
            X, Q = np.load(folder + '/train.npy').astype(float), np.load(folder + '/test.npy').astype(float)
            y, t = np.loadtxt(folder + '/train.txt', dtype=int), np.loadtxt(folder + '/test.txt', dtype=int)
            unit = lambda A: A / np.linalg.norm(A, axis=1, keepdims=True)
            weigh = lambda d: np.exp((1 - d * d / 2) / 0.07)
            knn = KNeighborsClassifier(20, weights=weigh, algorithm='brute').fit(unit(X), y)
            print('knn', knn.score(unit(Q), t))
            mean, std = X.mean(0), X.std(0)
            X, Q = (X - mean) / std, (Q - mean) / std
            logistic = LogisticRegression(C=1 / (penalty * len(X)), tol=1e-8, max_iter=5000).fit(X, y)
            p = logistic.predict_proba(Q)
            guess = p.argmax(1)
            print('logistic', (guess == t).mean())
            print('balanced_accuracy', balanced_accuracy_score(t, guess))
            print('macro_f1', f1_score(t, guess, average='macro'))
            print('kappa', cohen_kappa_score(t, guess))
            print('auroc', roc_auc_score(t, p, multi_class='ovr'))
            print('nmi', normalized_mutual_info_score(t, guess))
            print('ari', adjusted_rand_score(t, guess))
            ridge = Ridge(alpha=0.1 * len(X)).fit(X, y)
            print('ridge', ((ridge.predict(Q) - t) ** 2).mean())
            """;

    @Test
    void accuraciesAgreeToATenthOfAPoint(@TempDir Path folder) throws Exception {
        String python = python();
        LabelledFeatures train = overlapping(1500, 1);
        LabelledFeatures test = overlapping(700, 2);
        write(folder.resolve("train.npy"), train.features());
        write(folder.resolve("test.npy"), test.features());
        Files.writeString(folder.resolve("train.txt"), lines(train.labels()));
        Files.writeString(folder.resolve("test.txt"), lines(test.labels()));
        String output = run(python, "-c", SCRIPT, folder.toString(), Double.toString(PENALTY));

        double knn = new Knn(List.of(20), Knn.TEMPERATURE, TestDevice.NAME)
                .classify(train, test.features())
                .getFirst()
                .scores()
                .accuracyAt(1, test.labels());
        assertThat(knn).isBetween(0.4, 0.95).isCloseTo(value(output, "knn"), within(0.001));
        var scores = new LogisticRegression(List.of(PENALTY), 5000, 1e-8, 0)
                .scores(train, test.features())
                .getFirst();
        Scorecard card = Scorecard.of(scores, test.labels(), test.classes());
        assertThat(card.get(ClassMetric.ACCURACY))
                .isBetween(0.4, 0.95)
                .isCloseTo(value(output, "logistic"), within(0.001));
        for (ClassMetric metric :
                List.of(ClassMetric.BALANCED_ACCURACY, ClassMetric.MACRO_F1, ClassMetric.KAPPA, ClassMetric.AUROC)) {
            assertThat(card.get(metric)).as(metric.key()).isCloseTo(value(output, metric.key()), within(0.001));
        }
        var agreement = org.cyphervit.eval.metric.Agreement.of(test.labels(), 5, scores.predictions(), 5);
        assertThat(agreement.nmi()).isCloseTo(value(output, "nmi"), within(0.003));
        assertThat(agreement.ari()).isCloseTo(value(output, "ari"), within(0.003));
        double[] targets = Arrays.stream(train.labels()).asDoubleStream().toArray();
        double[] wanted = Arrays.stream(test.labels()).asDoubleStream().toArray();
        double mse = new RidgeRegression("ridge", List.of(0.1), 0)
                .judge(
                        new org.cyphervit.eval.TargetFeatures(train.features(), targets, null),
                        new org.cyphervit.eval.TargetFeatures(test.features(), wanted, null))
                .metric("mse");
        assertThat(mse).isCloseTo(value(output, "ridge"), within(1e-5));
    }

    // Five classes around corners, so wide that they overlap; one feature of another scale.
    private static LabelledFeatures overlapping(int n, long seed) {
        int width = 16;
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[n * width];
        int[] labels = IntStream.range(0, n).map(i -> i % 5).toArray();
        for (int i = 0; i < values.length; i++) {
            int feature = i % width;
            double value = random.nextGaussian() + (feature == labels[i / width] ? 1.6 : 0);
            values[i] = (float) (feature == 3 ? 3 * value : value);
        }
        return new LabelledFeatures(new FeatureMatrix(values, width), labels, List.of("a", "b", "c", "d", "e"));
    }

    private static void write(Path file, FeatureMatrix features) throws IOException {
        NpyArray.write(file, features.values(), features.rows(), features.width());
    }

    private static String python() throws Exception {
        for (String candidate : PYTHONS) {
            try {
                run(candidate, "-c", "import sklearn, numpy");
                return candidate;
            } catch (IOException e) {
                // not this one
            }
        }
        Assumptions.abort("skipped: no python3 with scikit-learn (Debian: apt-get install python3-sklearn)");
        return "";
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IOException(output);
        }
        return output;
    }

    private static double value(String output, String name) {
        return output.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is missing in: " + output));
    }

    private static String lines(int[] labels) {
        return Arrays.stream(labels).mapToObj(Integer::toString).collect(Collectors.joining("\n"));
    }
}
