package org.cyphervit.spark;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.CollectionAccumulator;
import org.cyphervit.UserError;
import org.jspecify.annotations.Nullable;

/**
 * One cohort to {@code features/} (Parquet, a partition for each slide) and {@code skipped.csv}. Tasks write aside and the
 * driver commits one attempt of each (Hadoop's commit protocol), so retried and speculative tasks leave no row twice; {@code
 * _SUCCESS} appears when all is there.
 *
 * @param encoder bytes of an encoder's file
 * @param roots URIs of folders of slides or of tiles
 * @param tiling how slides are cut; null where tiles are files already, a folder of them for each slide
 * @param out URI of the output folder
 * @param tilesEach tiles of a task, a multiple of the embedder's batch
 * @param device of the executors
 */
record SparkJob(
        byte[] encoder, List<String> roots, @Nullable Tiling tiling, String out, int tilesEach, String device) {
    static final String FEATURES = "features";
    static final String SKIPPED = "skipped.csv";
    private static final int BATCH = 64;

    SparkJob {
        if (tilesEach < BATCH || tilesEach % BATCH != 0) {
            throw new UserError(
                    "A task needs a multiple of " + BATCH + " tiles, the embedder's batch, so that batches are"
                            + " those of one machine; got " + tilesEach + ".");
        }
    }

    /**
     * What a job came to.
     *
     * @param embedded tiles whose features are in the output
     * @param skipped tiles and regions that were left out, sorted
     */
    record Result(int slides, long embedded, List<Skipped> skipped) {}

    /** @throws UserError if the output is there already, complete; an incomplete one is written anew */
    Result run(SparkSession spark) throws IOException {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        Configuration configuration = context.hadoopConfiguration();
        Path features = new Path(out, FEATURES);
        FileSystem files = features.getFileSystem(configuration);
        if (files.exists(new Path(features, "_SUCCESS"))) {
            throw new UserError("'" + features + "' is complete already. Choose another --out, or delete it.");
        }
        CollectionAccumulator<Skipped> skipped = spark.sparkContext().collectionAccumulator("skipped");
        int threads = spark.sparkContext().conf().getInt("spark.task.cpus", 1);
        int attempts = spark.sparkContext().conf().getInt("spark.task.maxFailures", 4);
        int slides;
        List<Region> regions;
        if (tiling == null) {
            TileFolderRegions cohort = TileFolderRegions.list(roots, configuration);
            slides = cohort.size();
            regions = cohort.regions(tilesEach);
        } else {
            SlideRegions cohort = SlideRegions.list(roots, configuration);
            slides = cohort.size();
            regions = cohort.regions(context, tiling, tilesEach, attempts, skipped);
            if (regions.isEmpty()) {
                report(files, List.copyOf(new TreeSet<>(skipped.value())));
                throw new UserError("None of the " + slides + " slides has a tile to embed; '" + out + "/" + SKIPPED
                        + "' says why.");
            }
        }
        System.err.printf(
                "%d slides, %d tiles, %d tasks%n",
                slides, regions.stream().mapToLong(Region::size).sum(), regions.size());
        TaskProgress progress = new TaskProgress(regions.size());
        spark.sparkContext().addSparkListener(progress);
        Broadcast<byte[]> model = context.broadcast(encoder);
        JavaRDD<Row> rows = context.parallelize(regions, regions.size())
                .mapPartitions(new EmbedRegions(model, device, threads, attempts, skipped));
        spark.createDataFrame(rows, EmbedRegions.SCHEMA)
                .write()
                .mode(SaveMode.Overwrite)
                .partitionBy("slide")
                .parquet(features.toString());
        spark.sparkContext().removeSparkListener(progress);
        List<Skipped> left = List.copyOf(new TreeSet<>(skipped.value()));
        report(files, left);
        return new Result(slides, spark.read().parquet(features.toString()).count(), left);
    }

    private void report(FileSystem files, List<Skipped> left) throws IOException {
        String csv = Stream.concat(Stream.of(Skipped.HEADER), left.stream().map(Skipped::csv))
                .collect(Collectors.joining("\n", "", "\n"));
        try (OutputStream stream = files.create(new Path(out, SKIPPED), true)) {
            stream.write(csv.getBytes(StandardCharsets.UTF_8));
        }
    }
}
