package org.cyphervit.cli.command.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import org.cyphervit.UserError;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.SharedOutput;
import org.cyphervit.cli.option.StudyOptions;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.eval.finetune.FineTuneOptions;
import org.cyphervit.eval.table.Table;
import org.cyphervit.eval.table.TableFormat;
import org.cyphervit.interpret.masks.MaskedImage;
import org.cyphervit.interpret.masks.MaskedImages;
import org.cyphervit.study.Budget;
import org.cyphervit.study.Figures;
import org.cyphervit.study.Plan;
import org.cyphervit.study.Study;
import org.cyphervit.study.StudyListener;
import org.cyphervit.torch.Precision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "reproduce",
        description = {
            "Make the paper's tables and figures on your data, and two tables of our own: train what is missing, measure"
                    + " it, write the table with the paper's figures beside and whether its claims hold.",
            "Shows its plan first. Whatever exists in --out is not done again, whichever table it was made for; killed at any"
                    + " moment, the same command goes on."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class ReproduceCommand implements Callable<Integer>, SharedOutput {
    private static final List<String> FIGURES = List.of("figure1", "figure2");

    @Parameters(
            arity = "1..*",
            paramLabel = "WHAT",
            description = "table1, table2, table3, table4, figure1, figure2; matrix (all methods and backbones at equal"
                    + " cost) or ablation (clustering's open options); several in turn.")
    private List<String> wanted = List.of();

    @Option(
            names = "--budget",
            defaultValue = "nano",
            description = "paper (ViT-S at 224 pixels; days on a GPU) or nano (two CPU cores). Default: nano.")
    private Budget budget = Budget.NANO;

    @Mixin
    private StudyOptions data = new StudyOptions();

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where runs, results and tables go.")
    private Path out = Path.of(".");

    @Option(names = "--seeds", defaultValue = "1", description = "Runs of each row, seeds 0, 1, ... Default: 1.")
    @Within(least = 1, most = 1000)
    private int seeds;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Any key of all recipes, such as run.steps=2000 or run.device=cuda; may be given often.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--tune-epochs", defaultValue = "30", description = "Epochs of Table 2's fine-tuning. Default: 30.")
    @Within(most = 1_000_000, above = true)
    private double tuneEpochs;

    @Option(
            names = "--tune-steps",
            defaultValue = "200",
            description = "Least steps of Table 2's fine-tuning. Default: 200.")
    @Within(least = 1, most = 1_000_000_000)
    private long tuneSteps;

    @Option(
            names = "--device",
            defaultValue = "cpu",
            description = "Where measurements are computed; for training see --set run.device. Default: cpu.")
    private String device = "cpu";

    @Option(
            names = "--imagenet",
            paramLabel = "ENCODER",
            description = "A ViT trained on ImageNet, as 'import' makes it; without it that row stays empty.")
    private @Nullable Path imageNet;

    @Option(
            names = "--images",
            paramLabel = "FOLDER",
            description = "For figure2: images with masks. Default: generated.")
    private @Nullable Path images;

    @Option(names = "--masks", paramLabel = "FOLDER", description = "Masks of the same names.")
    private @Nullable Path masks;

    @Option(names = "--plan", description = "Show the plan and its cost, and do nothing.")
    private boolean planOnly;

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        FineTuneOptions tuning =
                FineTuneOptions.standard(device, Precision.FP32).withLength(tuneEpochs, tuneSteps);
        Study study = new Study(
                out,
                data.open(),
                new Study.Options(budget, seeds, settings, tuning, imageNet),
                (folder, recipe, source, resume) -> {
                    System.err.println("\nRun " + folder);
                    return Pretraining.train(folder, recipe, source, null, resume);
                },
                new Screen());
        for (String what : wanted) {
            if (!FIGURES.contains(what)) {
                Plan plan = study.plan(what, true);
                System.err.println("\nPlan of " + what + " in " + out);
                plan.lines().forEach(System.err::println);
                json.put(what + "_to_measure", plan.works().size()).put(what + "_measured", plan.existing());
            }
            if (planOnly) {
                continue;
            }
            Table table = switch (what) {
                case "figure1" -> new Figures(study).figure1();
                case "figure2" -> new Figures(study).figure2(masked());
                default -> study.run(what);
            };
            System.err.println("\n" + table.write(TableFormat.TXT));
            System.err.println("Written to " + out.resolve(what + ".md") + ", .csv, .tex and .html");
            json.put(what, out.resolve(what + ".md").toString());
        }
        json.put("out", out.toString()).print();
        return 0;
    }

    private List<MaskedImage> masked() throws Exception {
        if (images == null && masks == null) {
            return MaskedImages.phenotypes(12, 192, 0);
        }
        if (images == null || masks == null) {
            throw new UserError("figure2 needs both --images and --masks, or neither for generated tissue.");
        }
        return MaskedImages.folders(images, masks, 0);
    }

    /** Standard error. */
    private static final class Screen implements StudyListener {
        private String counted = "";
        private @Nullable Progress progress;

        @Override
        public void say(String message) {
            System.err.println(message);
        }

        @Override
        public IntConsumer tiles(String what, int total) {
            return new Progress("embedding " + what, total);
        }

        @Override
        public void step(String what, long step, long steps) {
            if (!what.equals(counted) || progress == null) {
                counted = what;
                progress = new Progress(what + ", steps", Math.toIntExact(steps));
            }
            progress.accept(Math.toIntExact(step));
        }
    }
}
