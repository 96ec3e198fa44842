package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What is said of memory before the first step is what the run then holds. In a process of its own, as users have it. */
class MemoryEstimateTest {
    @TempDir
    private Path folder;

    @Test
    @EnabledOnOs(OS.LINUX)
    void theEstimateIsWithinAFifthOfThePeak() throws Exception {
        Path errors = folder.resolve("errors.txt");
        List<String> command =
                new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java"), "-Xmx512m"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("-Dorg.bytedeco") || flag.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "org.cyphervit.cli.Main",
                "pretrain",
                "--data",
                SmallRun.paint(folder).toString(),
                "--method",
                "simclr",
                "--backbone",
                "vit_tiny",
                "--labels",
                "none",
                "--set",
                "backbone.imageSize=128",
                "--set",
                "views.globalSize=128",
                "--set",
                "run.batch=24",
                "--set",
                "run.steps=2",
                "--out",
                folder.resolve("run").toString(),
                "--json"));
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
        JsonNode json = new ObjectMapper().readTree(said);
        double estimated = json.path("estimated_memory_mib").asDouble();
        double peak = json.path("peak_memory_mib").asDouble();
        assertThat(Files.readString(errors)).contains("Training needs some");
        assertThat(estimated).as("of " + peak).isCloseTo(peak, within(0.2 * peak));
        assertThat(json.path("estimated_step_seconds").asDouble()).isPositive();
    }
}
