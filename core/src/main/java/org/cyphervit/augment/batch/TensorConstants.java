package org.cyphervit.augment.batch;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.cyphervit.torch.Scope;

/** Arguments of tensor operations that never change, made once and never freed. */
final class TensorConstants {
    /** Of a grey level. */
    static final ScalarOptional LEAST = bound(0);

    static final ScalarOptional MOST = bound(255);
    static final ScalarOptional NOUGHT = bound(0);
    static final ScalarOptional ONE = bound(1);
    static final ScalarTypeOptional SAME_TYPE = Scope.keep(new ScalarTypeOptional());

    private TensorConstants() {}

    private static ScalarOptional bound(double value) {
        return Scope.keep(new ScalarOptional(new Scalar(value)));
    }
}
