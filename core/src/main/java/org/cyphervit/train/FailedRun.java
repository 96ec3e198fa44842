package org.cyphervit.train;

import java.io.Serial;
import org.cyphervit.UserError;

/** Training ended because it went wrong (it diverged or collapsed), not because of a mistake or the machine. */
public final class FailedRun extends UserError {
    @Serial
    private static final long serialVersionUID = 1L;

    public FailedRun(String message) {
        super(message);
    }
}
