package org.cyphervit.spark;

import java.io.Serializable;
import java.util.ArrayList;

/**
 * A task's work: consecutive tiles of one slide.
 *
 * @param slide its name: the path of the tiles' folder below the cohort's
 * @param first number of the first tile within the slide
 * @param tiles URIs of the tiles
 */
record Region(String slide, int first, ArrayList<String> tiles) implements Serializable {}
