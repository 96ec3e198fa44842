package org.cyphervit;

import java.io.Serial;

/**
 * A mistake of the user or of the input, not of the program: the message says what, where, what was expected and how to
 * mend it, and is shown without a stack trace.
 */
public class UserError extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    public UserError(String message) {
        super(message);
    }

    public UserError(String message, Throwable cause) {
        super(message, cause);
    }
}
