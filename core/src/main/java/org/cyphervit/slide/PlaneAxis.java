package org.cyphervit.slide;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An axis along which a slide holds planes, and which of them is read.
 *
 * @param axis z (focus), c (channel) or t (time)
 * @param count of planes along it
 * @param chosen counted from 1; 0 where channels are colours and are read together
 */
public record PlaneAxis(String axis, int count, int chosen) {
    /** What is read where nothing is said: the middle focal plane, three channels as colours, the first time. */
    public static PlaneAxis usual(String axis, int count) {
        return new PlaneAxis(
                axis,
                count,
                switch (axis) {
                    case "z" -> count / 2 + 1;
                    case "c" -> count == 3 ? 0 : 1;
                    default -> 1;
                });
    }

    /** The axes with several planes of a slide that is open, and what is read of it. */
    public static List<PlaneAxis> of(Slide slide) {
        Map<String, Integer> counts = slide.facts().planes();
        return SlideAddress.of(slide.path())
                .choose(Stream.of("z", "c", "t")
                        .filter(counts::containsKey)
                        .map(axis -> usual(axis, counts.getOrDefault(axis, 1)))
                        .toArray(PlaneAxis[]::new));
    }

    /** Facts with the planes, whose format names those that are read. */
    public static SlideFacts add(List<PlaneAxis> axes, SlideFacts facts) {
        List<PlaneAxis> several = axes.stream().filter(axis -> axis.count > 1).toList();
        String read = several.stream()
                .filter(axis -> axis.chosen > 0)
                .map(axis -> ", " + axis.name() + " " + axis.chosen + " of " + axis.count)
                .collect(Collectors.joining());
        return new SlideFacts(
                facts.format() + read,
                facts.objective(),
                facts.scanner(),
                facts.stain(),
                several.stream().collect(Collectors.toMap(PlaneAxis::axis, PlaneAxis::count)));
    }

    /** Such as {@code z=1 to 3}. */
    String range() {
        return axis + "=1" + (count > 1 ? " to " + count : "");
    }

    private String name() {
        return switch (axis) {
            case "z" -> "focal plane";
            case "c" -> "channel";
            default -> "time";
        };
    }
}
