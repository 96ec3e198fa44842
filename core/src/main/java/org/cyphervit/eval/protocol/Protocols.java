package org.cyphervit.eval.protocol;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.cyphervit.UserError;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.TargetFeatures;

/** The registry of protocols: a new one is a file that implements {@link Protocol} and a line here. */
public final class Protocols {
    private static final List<Function<Options, Protocol<LabelledFeatures>>> CLASSES = List.of(
            options -> new KnnProtocol(new Knn(options.neighbours(), Knn.TEMPERATURE, options.device())),
            LinearProbe::standard,
            options -> LogisticRegression.standard(options.seed()),
            options -> new FewShotProtocol(List.of(1, 2, 4, 8, 16, 32), 50, options.seed()),
            options -> new ClusteringProtocol(5, options.seed()),
            options -> new Retrieval(List.of(1, 5, 10, 20), options.device()));

    private static final List<Function<Options, Protocol<TargetFeatures>>> NUMBERS = List.of(
            options -> RidgeRegression.plain(),
            options -> RidgeRegression.ridge(options.seed()),
            options -> new KnnRegression(
                    new Knn(options.neighbours(), Knn.TEMPERATURE, options.device()), options.seed()));

    private Protocols() {}

    /**
     * What protocols share.
     *
     * @param neighbours the values of k that k-NN tries
     * @param device where searches and probes run
     * @param seed of all draws
     */
    public record Options(List<Integer> neighbours, String device, long seed) {
        public Options {
            neighbours = List.copyOf(neighbours);
        }

        /** k of 5 to 200, on the CPU, seed 0. */
        public static Options standard() {
            return new Options(List.of(5, 10, 20, 50, 100, 200), "cpu", 0);
        }
    }

    /** All that judge by classes. */
    public static List<Protocol<LabelledFeatures>> classification(Options options) {
        return CLASSES.stream()
                .<Protocol<LabelledFeatures>>map(maker -> maker.apply(options))
                .toList();
    }

    /** All that judge by numbers. */
    public static List<Protocol<TargetFeatures>> regression(Options options) {
        return NUMBERS.stream()
                .<Protocol<TargetFeatures>>map(maker -> maker.apply(options))
                .toList();
    }

    /** The protocol of that name, among those for classes or those for numbers. */
    public static <P extends Protocol<?>> P named(List<P> protocols, String name) {
        return protocols.stream()
                .filter(protocol -> protocol.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UserError("Unknown protocol '" + name
                        + "'; for tiles with these labels there are "
                        + String.join(
                                ", ", protocols.stream().map(Protocol::name).toList()) + ". All: "
                        + String.join(", ", names()) + "."));
    }

    /** Every name there is. */
    public static List<String> names() {
        Options options = Options.standard();
        return Stream.<Protocol<?>>concat(classification(options).stream(), regression(options).stream())
                .map(Protocol::name)
                .toList();
    }
}
