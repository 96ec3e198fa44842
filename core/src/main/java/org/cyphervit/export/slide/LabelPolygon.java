package org.cyphervit.export.slide;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The outline of a connected region (over edges) of a label map, along the edges of its pixels: neighbouring regions share
 * their borders and the areas add up to the map's. (Contours through pixel centres, as image libraries trace them, would
 * leave gaps of a pixel between all regions.)
 *
 * @param label of the region
 * @param rings the outer ring, clockwise as seen, then the holes; each x, y, x, y, ... of its corners in pixels, not closed
 */
record LabelPolygon(int label, List<int[]> rings) {
    private static final int[] HEADING_X = {1, 0, -1, 0};
    private static final int[] HEADING_Y = {0, 1, 0, -1};

    public LabelPolygon {
        rings = List.copyOf(rings);
    }

    /** Pixels enclosed, holes left out. */
    public long area() {
        return rings.stream().mapToLong(LabelPolygon::signedArea).sum();
    }

    /**
     * All regions of a map, in the order of their first pixels.
     *
     * @param labels row by row; below 0 is background, which gets no polygon
     */
    public static List<LabelPolygon> trace(byte[] labels, int width, int height) {
        if (labels.length != Math.multiplyExact(width, height)) {
            throw new IllegalArgumentException(
                    "A label map of " + width + " x " + height + " pixels cannot have " + labels.length + " labels.");
        }
        int[] regions = regions(labels, width, height);
        boolean[] seen = new boolean[labels.length]; // upper edges that belong to a ring already
        Map<Integer, List<int[]>> rings = new LinkedHashMap<>();
        for (int p = 0; p < labels.length; p++) {
            if (labels[p] >= 0 && !seen[p] && (p < width || regions[p - width] != regions[p])) {
                rings.computeIfAbsent(regions[p], region -> new ArrayList<>())
                        .addAll(simple(ring(regions, width, height, p, seen)));
            }
        }
        List<LabelPolygon> polygons = new ArrayList<>();
        rings.forEach((region, all) -> {
            all.sort((a, b) -> Long.compare(Math.max(0, signedArea(b)), Math.max(0, signedArea(a)))); // the outer first
            polygons.add(new LabelPolygon(labels[region], all));
        });
        return polygons;
    }

    // Each pixel's region as the number of the region's first pixel; -1 for background.
    private static int[] regions(byte[] labels, int width, int height) {
        int[] regions = new int[labels.length];
        Arrays.fill(regions, -1);
        int[] stack = new int[labels.length];
        for (int start = 0; start < labels.length; start++) {
            if (labels[start] < 0 || regions[start] >= 0) {
                continue;
            }
            int size = 0;
            stack[size++] = start;
            regions[start] = start;
            while (size > 0) {
                int p = stack[--size];
                for (int side = 0; side < 4; side++) {
                    int x = p % width + HEADING_X[side];
                    int y = p / width + HEADING_Y[side];
                    int q = y * width + x;
                    if (x >= 0 && x < width && y >= 0 && y < height && regions[q] < 0 && labels[q] == labels[start]) {
                        regions[q] = start;
                        stack[size++] = q;
                    }
                }
            }
        }
        return regions;
    }

    // Follows the border with the region at the right hand, from the upper edge of a pixel back to it: the corners.
    private static int[] ring(int[] regions, int width, int height, int start, boolean[] seen) {
        int[] corners = new int[64];
        int size = 0;
        int x = start % width;
        int y = start / width;
        int heading = 0; // along the upper edge; 1 down the right one, 2 back along the lower, 3 up the left
        do {
            if (heading == 0) {
                seen[y * width + x] = true;
            }
            int aheadX = x + HEADING_X[heading];
            int aheadY = y + HEADING_Y[heading];
            int left = (heading + 3) % 4;
            int turn = 0;
            if (!same(regions, width, height, aheadX, aheadY, regions[start])) {
                turn = 1;
            } else {
                x = aheadX;
                y = aheadY;
                if (same(regions, width, height, x + HEADING_X[left], y + HEADING_Y[left], regions[start])) {
                    x += HEADING_X[left];
                    y += HEADING_Y[left];
                    turn = 3;
                }
            }
            if (turn != 0) {
                if (size == corners.length) {
                    corners = Arrays.copyOf(corners, 2 * size);
                }
                int next = (heading + turn) % 4;
                // The start of the edge that comes next: the corner of the pixel where its side begins.
                corners[size++] = x + (next == 1 || next == 2 ? 1 : 0);
                corners[size++] = y + (next >= 2 ? 1 : 0);
                heading = next;
            }
        } while (!(heading == 0 && y * width + x == start));
        return Arrays.copyOf(corners, size);
    }

    private static boolean same(int[] regions, int width, int height, int x, int y, int region) {
        return x >= 0 && x < width && y >= 0 && y < height && regions[y * width + x] == region;
    }

    // A ring that touches itself where pixels meet by a corner is cut there into rings that do not.
    private static List<int[]> simple(int[] ring) {
        List<int[]> rings = new ArrayList<>();
        Map<Long, Integer> places = new HashMap<>();
        int[] open = new int[ring.length];
        int size = 0;
        for (int i = 0; i < ring.length; i += 2) {
            Integer before = places.get(key(ring[i], ring[i + 1]));
            if (before != null) {
                rings.add(Arrays.copyOfRange(open, before, size));
                for (int c = before; c < size; c += 2) {
                    places.remove(key(open[c], open[c + 1]));
                }
                size = before;
            }
            places.put(key(ring[i], ring[i + 1]), size);
            open[size++] = ring[i];
            open[size++] = ring[i + 1];
        }
        rings.add(Arrays.copyOf(open, size));
        return rings;
    }

    private static long key(int x, int y) {
        return (long) x << 32 | y;
    }

    // Positive for clockwise as seen, y pointing down.
    private static long signedArea(int[] ring) {
        long twice = 0;
        for (int i = 0; i < ring.length; i += 2) {
            int j = (i + 2) % ring.length;
            twice += (long) ring[i] * ring[j + 1] - (long) ring[j] * ring[i + 1];
        }
        return twice / 2;
    }
}
