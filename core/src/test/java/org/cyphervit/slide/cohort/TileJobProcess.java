package org.cyphervit.slide.cohort;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.cyphervit.slide.SlideReader;
import org.cyphervit.slide.tiling.TilingOptions;

/** Tiles a folder in a process of its own, for tests: prints the names of the slides that it did. */
final class TileJobProcess {
    private TileJobProcess() {}

    /** Arguments: the folder of slides and the output folder. */
    public static void main(String[] args) throws Exception {
        Path out = Path.of(args[1]);
        TileJob.Outcome outcome = new TileJob(out, options(false), TileStore.files(out, "jpg"), List.of())
                .run(SlideSource.find(List.of(Path.of(args[0]))), new Silent());
        outcome.done().forEach(record -> System.out.println(record.slide()));
        System.exit(outcome.failed().isEmpty() ? 0 : 1);
    }

    static JobOptions options(boolean augment) {
        return new JobOptions(
                TilingOptions.standard(), SlideReader.JAVA, OptionalDouble.of(0.5), "jpg", augment, false, "test");
    }

    /** Says nothing. */
    static final class Silent implements TileJob.Listener {
        @Override
        public void began(SlideSource slide, int number, int total) {}

        @Override
        public void tiles(int done, int total) {}

        @Override
        public void finished(SlideRecord record) {}

        @Override
        public void failed(SlideSource slide, String why) {}
    }
}
