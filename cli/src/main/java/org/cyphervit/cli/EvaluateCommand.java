package org.cyphervit.cli;

import picocli.CommandLine.Command;

@Command(
        name = "evaluate",
        description = "Measure how good features are, beside floors that know no tissue.",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        subcommands = {EvaluateKnnCommand.class, EvaluateTokensCommand.class})
final class EvaluateCommand {}
