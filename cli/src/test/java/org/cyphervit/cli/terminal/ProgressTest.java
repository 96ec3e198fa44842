package org.cyphervit.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void inAPipeThereIsALineEachTenSeconds() {
        AtomicLong now = new AtomicLong();
        Progress progress = new Progress("images", 60, false, out, now::get);
        for (int done = 1; done <= 60; done++) {
            now.addAndGet(500_000_000L);
            progress.accept(done);
        }
        assertThat(said().lines())
                .containsExactly(
                        "images 20/60  2.0/s  ETA 20 s",
                        "images 40/60  2.0/s  ETA 10 s",
                        "images 60/60  2.0/s  ETA 0 s");
    }

    @Test
    void slowWorkTellsHowLongEachTakes() {
        AtomicLong now = new AtomicLong();
        Progress progress = new Progress("maps", 3, false, out, now::get);
        now.set(25_000_000_000L);
        progress.accept(1);
        assertThat(said()).isEqualTo("maps 1/3  25.0 s each  ETA 50 s\n");
    }

    @Test
    void workThatCannotBeCountedTellsThatItGoesOn() throws Exception {
        CountDownLatch told = new CountDownLatch(2);
        PrintStream counting = new PrintStream(bytes, true, StandardCharsets.UTF_8) {
            @Override
            public PrintStream printf(java.util.Locale locale, String format, Object... values) {
                told.countDown();
                return super.printf(locale, format, values);
            }
        };
        try (Waiting waiting = Waiting.on("fitting", counting, 5)) {
            assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(said()).contains("fitting, 0 s so far");
    }

    private String said() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
