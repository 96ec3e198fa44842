package org.cyphervit.spark;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.cyphervit.UserError;
import org.cyphervit.Version;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.torch.Engine;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.ObjectMapper;

/** The entry point, by {@code bin/cyphervit-spark} or spark-submit. Exit codes: 0 done, 1 failed, 2 wrong usage. */
@Command(
        name = "cyphervit-spark",
        description =
                "Embed a cohort on Apache Spark: slides, or a folder of tiles for each, to Parquet. Alone it uses the"
                        + " cores of this machine; under spark-submit those of the cluster.",
        versionProvider = SparkMain.VersionLine.class,
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class SparkMain implements Callable<Integer> {
    private static final int ATTEMPTS = 4;

    /** What {@code --version} prints. */
    static final class VersionLine implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {Version.PROGRAM};
        }
    }

    @Option(names = "--encoder", required = true, paramLabel = "RUN", description = "A run's folder or encoder file.")
    private Path encoder = Path.of(".");

    @Option(
            names = "--data",
            required = true,
            arity = "1..*",
            paramLabel = "URI",
            description = "Folders of tiles: a path, hdfs://..., s3a://..., gs://...")
    private List<String> data = List.of();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "URI",
            description = "Output folder: features/ (Parquet by slide) and skipped.csv.")
    private String out = "";

    @Option(names = "--slides", description = "The data are slides: cut them into tiles of tissue.")
    private boolean slides;

    @Option(
            names = "--size",
            defaultValue = "224",
            description = "With --slides: side of a tile, pixels. Default: 224.")
    private int size = 224;

    @Option(
            names = "--target-mpp",
            defaultValue = "0.5",
            paramLabel = "UM",
            description = "With --slides: microns per pixel of the tiles. Default: 0.5.")
    private double mpp = 0.5;

    @Option(names = "--overlap", defaultValue = "0", description = "With --slides: as of 'tile'. Default: 0.")
    private double overlap;

    @Option(names = "--min-tissue", defaultValue = "0.7", description = "With --slides: as of 'tile'. Default: 0.7.")
    private double minTissue = 0.7;

    @Option(
            names = "--region",
            defaultValue = "4096",
            paramLabel = "TILES",
            description = "Tiles of one slide in one task. Default: ${DEFAULT-VALUE}.")
    private int region = 4096;

    @Option(names = "--cores", defaultValue = "0", description = "Tasks at once on this machine. Default: all cores.")
    private int cores;

    @Option(names = "--device", defaultValue = "cpu", description = "Of the executors: cpu, cuda, ... Default: cpu.")
    private String device = "cpu";

    @Option(names = "--json", description = "End with one JSON object as the last line of standard output.")
    private boolean json;

    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        CommandLine line = new CommandLine(new SparkMain());
        line.setOut(new PrintWriter(System.err, true, System.err.charset()));
        line.setExecutionExceptionHandler((error, command, parsed) -> {
            System.err.println("cyphervit-spark: "
                    + (error instanceof UserError ? error.getMessage() : Engine.firstLine(rootOf(error))));
            return 1;
        });
        System.exit(line.execute(args));
    }

    @Override
    public Integer call() throws IOException {
        SparkJob job = new SparkJob(
                Files.readAllBytes(EncoderFile.locate(encoder)),
                data,
                slides ? new Tiling(size, mpp, overlap, minTissue) : null,
                out,
                region,
                device);
        long begun = System.nanoTime();
        try (SparkSession spark =
                SparkSession.builder().config(configuration(cores)).getOrCreate()) {
            SparkJob.Result result = job.run(spark);
            double seconds = (System.nanoTime() - begun) / 1e9;
            System.err.printf(
                    "%d tiles of %d slides in %s (%.0f tiles/s); %d left out, see %s.%n",
                    result.embedded(),
                    result.slides(),
                    out,
                    result.embedded() / seconds,
                    result.skipped().size(),
                    SparkJob.SKIPPED);
            if (json) {
                Map<String, Object> entries = new LinkedHashMap<>();
                entries.put("out", out);
                entries.put("slides", result.slides());
                entries.put("tiles", result.embedded());
                entries.put("skipped", result.skipped().size());
                entries.put("tiles_per_second", result.embedded() / seconds);
                System.out.println(new ObjectMapper().writeValueAsString(entries));
            }
        }
        return 0;
    }

    /** What spark-submit says; where it says no master, this machine. */
    static SparkConf configuration(int cores) {
        SparkConf configuration = new SparkConf().setAppName("cyphervit");
        configuration.setIfMissing("spark.task.maxFailures", Integer.toString(ATTEMPTS));
        if (!configuration.contains("spark.master")) {
            configuration.setMaster("local[" + (cores > 0 ? cores : "*") + "," + ATTEMPTS + "]");
            configuration.setIfMissing("spark.ui.enabled", "false");
            configuration.setIfMissing("spark.driver.host", "localhost");
            configuration.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
        }
        return configuration;
    }

    private static Throwable rootOf(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
