package org.cyphervit.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.cyphervit.UserError;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.tiling.SlidePlan;
import org.cyphervit.slide.tiling.Tile;
import org.jspecify.annotations.Nullable;

/**
 * Tiles of tissue, cut from a slide as they are asked for. The plan is made anew in each task: it costs a look at the slide
 * from far, and the same slide gives the same plan. A slide in a store is first copied to the executor's disk, for it is
 * read at random places; not an OME-Zarr, whose chunks are files of their own.
 */
final class SlideTiles implements RegionTiles {
    private final SlidePlan plan;
    private final List<Tile> tiles;
    private final java.nio.file.@Nullable Path copy;

    private SlideTiles(SlidePlan plan, List<Tile> tiles, java.nio.file.@Nullable Path copy) {
        this.plan = plan;
        this.tiles = tiles;
        this.copy = copy;
    }

    static SlideTiles open(Region.Cut region, Configuration configuration) throws IOException {
        SlideTiles all = open(region.uri(), region.tiling(), configuration);
        List<Tile> own = all.tiles.subList(region.first(), region.first() + region.size());
        return new SlideTiles(all.plan, own, all.copy);
    }

    /** All tiles of a slide. */
    static SlideTiles open(String uri, Tiling tiling, Configuration configuration) throws IOException {
        Path path = new Path(uri);
        boolean isZarr = path.getFileSystem(configuration).getFileStatus(path).isDirectory();
        boolean isLocal = "file".equals(path.toUri().getScheme());
        java.nio.file.Path copy = isZarr || isLocal ? null : fetch(path, configuration);
        try {
            Slide slide = isZarr
                    ? ZarrFiles.open(path, configuration)
                    : Slide.open(copy == null ? java.nio.file.Path.of(path.toUri()) : copy);
            try {
                SlidePlan plan = SlidePlan.of(slide, tiling.options());
                return new SlideTiles(plan, plan.kept(), copy);
            } catch (RuntimeException e) {
                slide.close();
                throw e;
            }
        } catch (RuntimeException e) {
            delete(copy);
            throw e;
        }
    }

    private static java.nio.file.Path fetch(Path path, Configuration configuration) throws IOException {
        FileSystem files = path.getFileSystem(configuration);
        java.nio.file.Path copy = Files.createTempFile("slide-", "-" + path.getName());
        files.copyToLocalFile(false, path, new Path(copy.toUri()), true);
        return copy;
    }

    private static void delete(java.nio.file.@Nullable Path copy) {
        try {
            if (copy != null) {
                Files.deleteIfExists(copy);
            }
        } catch (IOException e) {
            copy.toFile().deleteOnExit();
        }
    }

    @Override
    public int size() {
        return tiles.size();
    }

    /** Its place: x and y of the upper left corner, level-0 pixels. */
    @Override
    public String name(int index) {
        Tile tile = tiles.get(index);
        return tile.x() + "_" + tile.y();
    }

    @Override
    public long[] place(int index) {
        Tile tile = tiles.get(index);
        return new long[] {tile.x(), tile.y()};
    }

    @Override
    public RgbImage read(int index) throws IOException {
        try {
            return plan.read(tiles.get(index));
        } catch (UserError e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        plan.slide().close();
        delete(copy);
    }
}
