package org.cyphervit.ssl.tokens;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.cyphervit.UserError;
import org.cyphervit.augment.ViewMeasure;

/**
 * What each final token learns to tell beside the method's own task.
 *
 * @param tokens a word for each final token from the first: {@code haematoxylin}, {@code nuclei}, {@code scale}, {@code
 *     column:NAME} of the labels file, or {@code none}; tokens that are not named have no target; empty for no targets
 * @param through what a target is read from: the token, or its map
 * @param labels CSV file with a row per tile, its name in the first column; empty where no column is used
 * @param weight of the mean of the targets' losses beside the method's loss
 */
public record TokenTargetOptions(List<String> tokens, Through through, String labels, double weight) {
    /** What a target is read from. */
    public enum Through {
        /** The token itself, as the paper has it. A token may know its target and hold other tissue. */
        TOKEN,
        /**
         * The share of the view that the token holds, so that the token must hold more of a view whose target is higher:
         * its map shows where. As the instances of a bag are counted when only the bag has a label.
         */
        MAP
    }

    private static final String NO_TARGET = "none";
    private static final String COLUMN = "column:";

    public TokenTargetOptions {
        tokens = List.copyOf(tokens);
        if (!(weight > 0)) {
            throw new UserError("tokenTargets needs a weight above 0; got " + weight + ".");
        }
        boolean columns = false;
        for (String token : tokens) {
            if (!token.equals(NO_TARGET)
                    && column(token).isEmpty()
                    && measure(token).isEmpty()) {
                throw new UserError("tokenTargets.tokens knows haematoxylin, nuclei, scale, column:NAME and none; got '"
                        + token + "'.");
            }
            columns |= column(token).isPresent();
            if (!token.equals(NO_TARGET) && tokens.indexOf(token) != tokens.lastIndexOf(token)) {
                throw new UserError("tokenTargets.tokens gives '" + token + "' to two tokens; each target has one.");
            }
        }
        if (columns == labels.isEmpty()) {
            throw new UserError(
                    columns
                            ? "A target column:NAME needs tokenTargets.labels, a CSV file with the tiles' names in its"
                                    + " first column."
                            : "tokenTargets.labels is given but no token has a target column:NAME.");
        }
    }

    /** Whether views must be measured, which is done where the CPU makes them. */
    public boolean measuresViews() {
        return tokens.stream().anyMatch(token -> measure(token).isPresent());
    }

    /** Numbers of the tokens that have a target, from 0. */
    List<Integer> used() {
        return java.util.stream.IntStream.range(0, tokens.size())
                .filter(k -> !tokens.get(k).equals(NO_TARGET))
                .boxed()
                .toList();
    }

    /** The measure of views that a word means. */
    static Optional<ViewMeasure> measure(String token) {
        for (ViewMeasure measure : ViewMeasure.values()) {
            if (measure.name().toLowerCase(Locale.ROOT).equals(token)) {
                return Optional.of(measure);
            }
        }
        return Optional.empty();
    }

    /** The column of the labels file that a word means. */
    static Optional<String> column(String token) {
        return token.startsWith(COLUMN) && token.length() > COLUMN.length()
                ? Optional.of(token.substring(COLUMN.length()))
                : Optional.empty();
    }
}
