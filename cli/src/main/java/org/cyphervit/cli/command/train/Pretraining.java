package org.cyphervit.cli.command.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.cyphervit.Words;
import org.cyphervit.cli.terminal.Machine;
import org.cyphervit.cli.terminal.RunLog;
import org.cyphervit.data.TileSource;
import org.cyphervit.file.OutputLock;
import org.cyphervit.group.Group;
import org.cyphervit.monitor.Health;
import org.cyphervit.monitor.MetricsCsv;
import org.cyphervit.monitor.ProgressLine;
import org.cyphervit.monitor.TensorBoardFile;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Processor;
import org.cyphervit.train.Probe;
import org.cyphervit.train.Run;
import org.cyphervit.train.RunListener;
import org.cyphervit.train.recipe.MachineDefaults;
import org.cyphervit.train.recipe.Recipe;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A run with everything that watches it; SIGINT and SIGTERM save a checkpoint and end it. */
public final class Pretraining {
    private Pretraining() {}

    /**
     * Puts what suits this machine where the user's overrides say nothing.
     *
     * @param tell whether to say what was chosen
     */
    static void suit(ObjectNode overrides, boolean tell) {
        String chosen = new MachineDefaults(Processor.cores(), Processor.bf16()).complete(overrides);
        if (tell && !chosen.isEmpty()) {
            System.err.println(chosen);
        }
    }

    /**
     * Trains in a folder, until the end or until a signal, in this process alone.
     *
     * @param probe k-NN or the like while training; null for none
     */
    public static RunListener.End train(
            Path out, Recipe recipe, TileSource source, @Nullable Probe probe, boolean resume) throws IOException {
        return train(out, recipe, source, probe, resume, Group.singleProcess());
    }

    /** The same as one rank of a group; rank 0 alone tells how it goes. */
    public static RunListener.End train(
            Path out, Recipe recipe, TileSource source, @Nullable Probe probe, boolean resume, Group group)
            throws IOException {
        if (group.isFirst() && slowPrecision(recipe.run())) {
            System.err.println("bf16 on a processor without bf16 instructions is many times slower than"
                    + " --set run.precision=fp32.");
        }
        Run run = new Run(out, recipe, source, group.isFirst() ? probe : null, listeners(group), group);
        CountDownLatch done = new CountDownLatch(1);
        Thread onSignal = new Thread(() -> {
            run.stop();
            try {
                boolean saved = done.await(60, TimeUnit.SECONDS);
                if (group.isFirst()) {
                    System.err.println(
                            saved
                                    ? "\nStopped and saved in " + out
                                            + "; 'pretrain' goes on with --resume, 'reproduce' by the same command."
                                    : "\nStopped without a last checkpoint.");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(onSignal);
        try (OutputLock lock = group.isFirst() ? OutputLock.folder(out) : null) {
            RunListener.End end = run.train(resume);
            if (group.isFirst()) {
                System.err.printf(
                        "%s after %s, %.1f images/s, waited for tiles %.0f %% of the time. Encoder: %s%n",
                        end.finished() ? "Done" : "Stopped",
                        Words.count(end.step(), "step"),
                        end.imagesPerSecond(),
                        100 * end.waitShare(),
                        end.encoder());
            }
            return end;
        } finally {
            done.countDown();
            unhook(onSignal);
        }
    }

    private static List<RunListener> listeners(Group group) {
        if (!group.isFirst()) {
            return List.of(new RunListener() {
                @Override
                public void said(String message) {
                    System.err.println("rank " + group.rank() + ": " + message);
                }
            });
        }
        ProgressLine progress = new ProgressLine(System.err, Machine.hasTerminal());
        RunLog log = new RunLog();
        Health health = new Health(finding -> {
            String words = "Health at step " + finding.step() + ": " + finding.sentence();
            progress.said(words);
            log.said(words);
        });
        return List.of(log, progress, new MetricsCsv(), new TensorBoardFile(), health);
    }

    private static boolean slowPrecision(Recipe.RunRecipe run) {
        return run.precision() == Precision.BF16
                && run.device().equals("cpu")
                && Processor.bf16().isEmpty();
    }

    private static void unhook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The signal came: the hook is running and ends by itself.
        }
    }
}
