package org.cyphervit.augment.batch;

import java.util.random.RandomGenerator;
import org.cyphervit.image.RgbImage;

/** Makes one batch, tile after tile, on one thread. */
interface BatchMaker {
    /** The next tile; draws for all of its views. */
    void add(RgbImage tile, RandomGenerator random);

    /** The batch, when as many tiles were added as it has indices. */
    ViewBatch batch(long step, int[] tiles);
}
