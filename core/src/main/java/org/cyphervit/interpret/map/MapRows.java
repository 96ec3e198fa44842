package org.cyphervit.interpret.map;

import java.io.IOException;

/** Receives a map row by row, from the top. */
interface MapRows {
    /**
     * Told before the first row.
     *
     * @param width of the map, pixels
     * @param height of the map, pixels
     * @param tokens K
     */
    void begin(int width, int height, int tokens) throws IOException;

    /**
     * The next row: K + 1 planes beside each other, each as wide as the map. The first K say how much of a pixel each token
     * holds, 0 to 255, the last how much of it is tissue. Without tissue all are 0.
     *
     * @param row its own from now on
     */
    void row(byte[] row) throws IOException;
}
