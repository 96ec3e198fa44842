package org.cyphervit.file.hdf5;

import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.exceptions.HdfFilterException;
import io.jhdf.filter.Filter;
import io.jhdf.filter.FilterManager;
import io.jhdf.filter.PipelineFilterWithData;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.cyphervit.UserError;

/**
 * Bounds on what a chunk of an HDF5 file may unpack to. jHDF inflates a chunk for as long as its stream goes on; a few
 * kilobytes can hold gigabytes of zeros.
 */
final class Hdf5Filters {
    /** Chunks of more bytes are refused; h5py makes them of at most one MiB unless told otherwise. */
    static final long MAX_CHUNK = 1L << 26;

    private static final int DEFLATE = 1;
    private static final int SHUFFLE = 2;
    private static final int FLETCHER = 3;
    private static final int LZF = 32000;

    static {
        FilterManager.addFilter(new BoundedDeflate());
    }

    private Hdf5Filters() {}

    /** Puts the bounded filter in the place of jHDF's own; once per JVM. */
    static void install() {}

    /**
     * Looks at how an array is packed.
     *
     * @throws UserError if its chunks are too large, or packed in a way whose size nothing bounds
     */
    static void require(ChunkedDataset dataset, int valueBytes, String name, Path path) {
        int[] chunk = dataset.getChunkDimensions();
        long bytes = Arrays.stream(chunk).asLongStream().reduce(valueBytes, Math::multiplyExact);
        if (bytes < 1 || bytes > MAX_CHUNK) {
            throw new UserError("'" + path + "' stores '" + name + "' in chunks of " + bytes + " bytes; at most "
                    + MAX_CHUNK + " are read. Store it in smaller chunks: h5repack -l " + name + ":CHUNK=...");
        }
        for (PipelineFilterWithData filter : dataset.getFilters()) {
            int id = filter.getId();
            int[] data = filter.getFilterData();
            boolean bounded = Set.of(DEFLATE, SHUFFLE, FLETCHER).contains(id)
                    || (id == LZF && data.length > 2 && data[2] >= 0 && data[2] <= MAX_CHUNK);
            if (!bounded) {
                throw new UserError(
                        "'" + path + "' packs '" + name + "' by the filter " + filter.getName()
                                + "; deflate (gzip), shuffle, fletcher32 and lzf are read. Repack it: h5repack -f GZIP=1 IN OUT");
            }
        }
    }

    /** Deflate that ends beyond the largest chunk. */
    private static final class BoundedDeflate implements Filter {
        @Override
        public int getId() {
            return DEFLATE;
        }

        @Override
        public String getName() {
            return "deflate";
        }

        @Override
        public byte[] decode(byte[] packed, int[] data) {
            Inflater inflater = new Inflater();
            try {
                inflater.setInput(packed);
                ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.max(512, 2 * packed.length));
                byte[] buffer = new byte[1 << 13];
                while (!inflater.finished()) {
                    int count = inflater.inflate(buffer);
                    if (count == 0) {
                        throw new HdfFilterException("a chunk is cut");
                    }
                    bytes.write(buffer, 0, count);
                    if (bytes.size() > MAX_CHUNK) {
                        throw new HdfFilterException("a chunk unpacks to more than " + MAX_CHUNK + " bytes");
                    }
                }
                return bytes.toByteArray();
            } catch (DataFormatException e) {
                throw new HdfFilterException("a chunk cannot be unpacked", e);
            } finally {
                inflater.end();
            }
        }
    }
}
