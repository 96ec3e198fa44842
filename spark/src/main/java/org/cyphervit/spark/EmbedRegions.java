package org.cyphervit.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.CollectionAccumulator;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.data.Unreadable;
import org.cyphervit.embed.Embedder;
import org.cyphervit.torch.Engine;

/**
 * Regions to rows, on an executor. The embedder, its batches and their order are those of one machine, so the features are
 * too, bit for bit.
 *
 * <p>A tile that cannot be read is left out and reported. A region that fails altogether is tried again, by Spark on
 * another executor where there is one; failing in its last attempt it is left out and reported too, so that one slide
 * cannot end a cohort.
 *
 * @param model bytes of the encoder's file
 * @param device of the executors
 * @param threads of one task
 * @param attempts that Spark gives a task
 * @param skipped what was left out; counted by Spark for the one attempt whose output is kept
 */
record EmbedRegions(
        Broadcast<byte[]> model, String device, int threads, int attempts, CollectionAccumulator<Skipped> skipped)
        implements FlatMapFunction<Iterator<Region>, Row> {
    /** A row: slide, tile, its number within the slide, its corner in level-0 pixels where it was cut, its feature. */
    static final StructType SCHEMA = new StructType()
            .add("slide", DataTypes.StringType, false)
            .add("tile", DataTypes.StringType, false)
            .add("number", DataTypes.IntegerType, false)
            .add("x", DataTypes.LongType, true)
            .add("y", DataTypes.LongType, true)
            .add("feature", DataTypes.createArrayType(DataTypes.FloatType, false), false);

    @Override
    public Iterator<Row> call(Iterator<Region> regions) {
        List<Row> rows = new ArrayList<>();
        while (regions.hasNext()) {
            Region region = regions.next();
            try {
                rows.addAll(embed(region));
            } catch (UserError e) { // tiles or features that another attempt would find the same
                skipped.add(Skipped.all(region, e));
            } catch (RuntimeException e) {
                TaskContext task = TaskContext.get();
                if (task.isInterrupted() || task.attemptNumber() + 1 < attempts) {
                    throw e;
                }
                skipped.add(Skipped.all(region, e));
            }
        }
        return rows.iterator();
    }

    private List<Row> embed(Region region) {
        Backbone backbone = ExecutorEncoder.of(model, device);
        Engine.threads(threads); // each thread of the engine's callers has its own number
        try (RegionTiles tiles = region.open(SparkHadoopUtil.get().conf())) {
            return rows(region, tiles, embedder(backbone).embed(backbone, tiles, done -> {}, new Unreadable()));
        } catch (IOException e) { // of a store, maybe of a moment
            throw new UncheckedIOException(e);
        }
    }

    private List<Row> rows(Region region, RegionTiles tiles, Embedder.Result result) {
        List<Row> rows = new ArrayList<>();
        Set<Integer> read = new HashSet<>();
        int width = result.features().width();
        for (int i = 0; i < result.indices().length; i++) {
            int index = result.indices()[i];
            read.add(index);
            float[] feature = java.util.Arrays.copyOfRange(result.features().values(), i * width, (i + 1) * width);
            long[] place = tiles.place(index);
            rows.add(RowFactory.create(
                    region.slide(),
                    tiles.name(index),
                    region.first() + index,
                    place == null ? null : place[0],
                    place == null ? null : place[1],
                    feature));
        }
        for (int i = 0; i < tiles.size(); i++) {
            if (!read.contains(i)) {
                skipped.add(new Skipped(region.slide(), tiles.name(i), "cannot be read as an image"));
            }
        }
        return rows;
    }

    private Embedder embedder(Backbone backbone) {
        Embedder usual = Embedder.of(backbone, device);
        return new Embedder(usual.size(), usual.batch(), device, usual.precision(), threads, usual.choice());
    }
}
