package org.cyphervit.export.slide;

import java.awt.Color;

/**
 * A class of QuPath: what a tile or region is.
 *
 * @param name shown in QuPath's list of classes
 * @param color it is drawn in
 */
public record PhenotypeClass(String name, Color color) {}
