package org.cyphervit.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;

/** Files of tiles, read through Hadoop's file systems; a read that fails is tried again, as stores have hiccups. */
record TileFiles(Region.Files region, Configuration configuration) implements RegionTiles {
    private static final long MAX_BYTES = 256L << 20;

    @Override
    public int size() {
        return region.size();
    }

    /** The file's name within its slide's folder. */
    @Override
    public String name(int index) {
        return new Path(region.tiles().get(index)).getName();
    }

    @Override
    public RgbImage read(int index) throws IOException {
        Path file = new Path(region.tiles().get(index));
        return ImageFiles.decode(bytes(file), file.toString());
    }

    @Override
    public void close() {} // holds nothing

    private byte[] bytes(Path file) throws IOException {
        return StoreReads.patiently(() -> {
            FileSystem files = file.getFileSystem(configuration);
            long length = files.getFileStatus(file).getLen();
            if (length == 0 || length > MAX_BYTES) {
                throw new FileNotFoundException(
                        "'" + file + "' has " + length + " bytes; a tile has 1 to " + MAX_BYTES);
            }
            byte[] bytes = new byte[(int) length];
            try (FSDataInputStream stream = files.open(file)) {
                stream.readFully(0, bytes);
            }
            return bytes;
        });
    }
}
