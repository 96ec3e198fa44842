package org.cyphervit.cli.viewer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.cyphervit.UserError;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.Bounds;
import org.cyphervit.slide.Calibration;
import org.cyphervit.slide.PyramidLevel;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideFacts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** However many slides are asked for, no more than a few are open; what was closed opens again. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OpenSlidesTest {
    private static final int MOST = 4;

    @TempDir
    private Path folder = Path.of("");

    private final Set<Counted> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    /** A slide that is counted while it is open. */
    private final class Counted extends Slide {
        private boolean closed;

        Counted(Path path) {
            super(
                    path,
                    List.of(new PyramidLevel(10, 10, 1)),
                    new Bounds(0, 0, 10, 10),
                    new Calibration(OptionalDouble.empty(), "nothing", false),
                    new SlideFacts("counted", OptionalDouble.empty(), Optional.empty(), Optional.empty()));
            opened.incrementAndGet();
            open.add(this);
            most.accumulateAndGet(open.size(), Math::max);
        }

        @Override
        public String reader() {
            return "counted";
        }

        @Override
        protected RgbImage pixels(int level, long x, long y, int width, int height) {
            assertThat(closed).as("a slide that is being read was closed").isFalse();
            return new RgbImage(width, height, new byte[3 * width * height]);
        }

        @Override
        public void close() {
            assertThat(closed).isFalse();
            closed = true;
            open.remove(this);
        }
    }

    @Test
    void moreSlidesThanTheBoundAreClosedAndOpenAgain() throws IOException {
        List<Path> files = files(10);
        try (OpenSlides slides = new OpenSlides(MOST, Counted::new)) {
            for (Path file : files) {
                assertThat(slides.<Path>with(file, Slide::path)).isEqualTo(file);
                assertThat(open).hasSizeLessThanOrEqualTo(MOST);
            }
            assertThat(open).extracting(Slide::path).containsExactlyInAnyOrderElementsOf(files.subList(6, 10));
            assertThat(opened).hasValue(10);

            slides.with(files.get(6), Slide::path); // still open, and now the one used last
            assertThat(opened).hasValue(10);
            slides.with(files.get(0), Slide::path); // was closed
            assertThat(opened).hasValue(11);
            assertThat(open)
                    .extracting(Slide::path)
                    .contains(files.get(0), files.get(6))
                    .doesNotContain(files.get(7));
        }
        assertThat(open).isEmpty();
    }

    @Test
    void manyReadersOfManySlidesAtOnceWaitForEachOther() throws Exception {
        List<Path> files = files(3 * MOST);
        try (OpenSlides slides = new OpenSlides(MOST, Counted::new);
                ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<RgbImage>> read = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                Path file = files.get(i % files.size());
                read.add(readers.submit(() -> slides.with(file, slide -> {
                    pause();
                    return slide.readLevel(0, 0, 0, 5, 5);
                })));
            }
            for (Future<RgbImage> one : read) {
                assertThat(one.get().width()).isEqualTo(5);
            }
            assertThat(most.get()).isLessThanOrEqualTo(MOST);
            assertThat(open).hasSize(MOST);
        }
        assertThat(open).isEmpty();
    }

    @Test
    void aSlideThatDoesNotOpenTakesNoPlace() throws IOException {
        List<Path> files = files(2 * MOST);
        try (OpenSlides slides = new OpenSlides(MOST, file -> {
            throw new UserError("'" + file + "' is broken.");
        })) {
            for (Path file : files) {
                assertThatThrownBy(() -> slides.with(file, Slide::path)).isInstanceOf(UserError.class);
            }
        }
    }

    @Test
    void aSlideThatIsSlowToOpenKeepsNobodyFromOthers() throws Exception {
        List<Path> files = files(2);
        CountDownLatch mayOpen = new CountDownLatch(1);
        try (OpenSlides slides = new OpenSlides(MOST, file -> {
                    if (file.equals(files.get(0))) {
                        await(mayOpen);
                    }
                    return new Counted(file);
                });
                ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Path> slow = readers.submit(() -> slides.with(files.get(0), Slide::path));
            assertThat(slides.<Path>with(files.get(1), Slide::path)).isEqualTo(files.get(1));
            assertThat(slow.isDone()).isFalse();
            mayOpen.countDown();
            assertThat(slow.get()).isEqualTo(files.get(0));
        }
    }

    private List<Path> files(int count) throws IOException {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            files.add(Files.writeString(folder.resolve("slide" + i), "slide " + i));
        }
        return files;
    }

    private static void pause() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
