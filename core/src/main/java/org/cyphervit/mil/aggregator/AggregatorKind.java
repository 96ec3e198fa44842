package org.cyphervit.mil.aggregator;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.cyphervit.UserError;
import org.cyphervit.nn.Init;

/** The aggregators there are. */
@SuppressWarnings("ImmutableEnumChecker") // builders are stateless
public enum AggregatorKind {
    /** {@link MeanPooling}. */
    MEAN(MeanPooling::new),
    /** {@link MaxPooling}. */
    MAX(MaxPooling::new),
    /** {@link Abmil}. */
    ABMIL(Abmil::new),
    /** {@link ClamSb}. */
    CLAM_SB(ClamSb::new);

    private interface Builder {
        Aggregator build(int width, int outputs, AggregatorOptions options, Init init);
    }

    private final Builder builder;

    AggregatorKind(Builder builder) {
        this.builder = builder;
    }

    /**
     * The aggregator of that {@link #key}.
     *
     * @throws UserError naming those that there are
     */
    public static AggregatorKind named(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.key().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new UserError("Unknown aggregator '" + name + "'; expected "
                        + Arrays.stream(values()).map(AggregatorKind::key).collect(Collectors.joining(", ")) + "."));
    }

    /** Such as {@code clam_sb}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it says how much each instance counts. */
    public boolean attends() {
        return this == ABMIL || this == CLAM_SB;
    }

    /**
     * A new network.
     *
     * @param width D
     * @param outputs C
     */
    public Aggregator build(int width, int outputs, AggregatorOptions options, Init init) {
        return builder.build(width, outputs, options, init);
    }
}
