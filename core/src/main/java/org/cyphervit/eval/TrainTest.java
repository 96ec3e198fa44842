package org.cyphervit.eval;

import java.util.ArrayList;
import java.util.List;
import org.cyphervit.UserError;

/**
 * Features to learn from and to test on.
 *
 * @param train the part to learn from
 * @param test the part to test on
 * @param unreadable names of tiles that could not be read and are in neither part
 */
public record TrainTest<S extends Samples<S>>(S train, S test, List<String> unreadable) {
    public TrainTest {
        unreadable = List.copyOf(unreadable);
    }

    /** Parts from which nothing was left out. */
    public TrainTest(S train, S test) {
        this(train, test, List.of());
    }

    /**
     * Both parts joined and drawn anew several times in the original proportion (CypherViT paper, Table 3). Stratified; by
     * patient, slide or cluster where those are known. The same for any features of the same samples.
     *
     * @param seed of the first draw; the others follow
     * @throws UserError if groups are so few that a part would be empty
     */
    public List<TrainTest<S>> resplits(int count, long seed) {
        S all = train.append(test);
        double share = (double) test.size() / all.size();
        List<TrainTest<S>> resplits = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StratifiedSplit parts = StratifiedSplit.draw(all.strata(), all.groupIds(), share, seed + i);
            if (parts.drawn().length == 0 || parts.rest().length == 0) {
                throw new UserError("The " + all.size() + " samples cannot be re-split with " + Math.round(100 * share)
                        + " % to test on: their groups (patients, slides or clusters) are too few or too large.");
            }
            resplits.add(new TrainTest<>(all.select(parts.rest()), all.select(parts.drawn())));
        }
        return resplits;
    }

    /** Test samples over training samples. */
    public double ratio() {
        return (double) test.size() / train.size();
    }
}
