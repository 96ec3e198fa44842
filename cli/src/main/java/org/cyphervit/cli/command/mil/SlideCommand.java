package org.cyphervit.cli.command.mil;

import java.util.concurrent.Callable;
import org.cyphervit.cli.command.SlideExportCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "slide",
        description = {
            "Predict something of slides or patients from the features of their tiles: a class, a number, or survival.",
            "'slide evaluate' says how good it is on patients that were not seen, 'slide train' makes a model of all, and"
                    + " 'slide predict' uses it."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        subcommands = {
            SlideTrainCommand.class,
            SlideEvaluateCommand.class,
            SlidePredictCommand.class,
            SlideExportCommand.class,
            SlideSimulateCommand.class
        })
public final class SlideCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "What with slides? Name train, evaluate, predict, export or simulate.");
    }
}
