package org.cyphervit.eval.numeric;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/** Exact nearest neighbours by cosine similarity, one block of queries at a time. */
public final class CosineNeighbours {
    /** Similarities held at once: 128 MiB of float32, where the matrix product and the selection both run well. */
    private static final long BLOCK = 1L << 25;

    private static final int MAX_QUERIES = 1024;

    private CosineNeighbours() {}

    /** Receives the neighbours of a block of queries; runs in a scope of its own that closes afterwards. */
    public interface Visitor {
        /**
         * @param first index of the block's first query
         * @param similarities (B, k), falling along a row; -infinity where the exclusion left fewer than k neighbours
         * @param indices (B, k) into the gallery
         */
        void visit(int first, Tensor similarities, Tensor indices);
    }

    /** Pairs that must not meet: a query never finds a gallery sample of its own number. */
    public record Exclusion(int[] gallery, int[] queries) {}

    /** Visits the k nearest gallery samples of every query; k is at most the size of the gallery. */
    public static void search(
            FeatureMatrix gallery,
            FeatureMatrix queries,
            int k,
            Device device,
            @Nullable Exclusion exclusion,
            Visitor visitor) {
        gallery.requireSameWidth(queries);
        try (Scope all = Scope.open()) {
            Tensor columns = unit(gallery, device).t(); // (D, N)
            Tensor rows = unit(queries, device);
            Tensor galleryIds = exclusion == null ? null : ids(exclusion.gallery(), device, 1, -1);
            Tensor queryIds = exclusion == null ? null : ids(exclusion.queries(), device, -1, 1);
            long block = Math.clamp(BLOCK / Math.max(1, gallery.rows()), 1, MAX_QUERIES);
            for (long first = 0; first < queries.rows(); first += block) {
                long count = Math.min(block, queries.rows() - first);
                try (Scope scope = Scope.open()) {
                    Tensor similarities = rows.narrow(0, first, count).matmul(columns); // (B, N)
                    if (galleryIds != null && queryIds != null) {
                        Tensor same = queryIds.narrow(0, first, count).eq(galleryIds);
                        similarities.masked_fill_(same, new Scalar(Double.NEGATIVE_INFINITY));
                    }
                    T_TensorTensor_T top = similarities.topk(k, 1, true, true);
                    visitor.visit((int) first, top.get0(), top.get1());
                }
            }
        }
    }

    /** Rows of unit length, (N, D) in float32. */
    public static Tensor unit(FeatureMatrix features, Device device) {
        return Tensors.normalizeRows(features.tensor(device, ScalarType.Float), 1e-12);
    }

    private static Tensor ids(int[] numbers, Device device, long... shape) {
        return Tensors.ofLabels(numbers).to(device, ScalarType.Long).reshape(shape);
    }
}
