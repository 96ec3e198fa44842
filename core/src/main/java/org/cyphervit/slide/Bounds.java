package org.cyphervit.slide;

/** The part of a slide that was scanned, in level-0 pixels; the rest is empty. */
public record Bounds(long x, long y, long width, long height) {}
