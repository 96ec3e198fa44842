package org.cyphervit.cli.option;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The numbers that an option takes; of an option with several, each. They are checked before the command begins, so that
 * nothing is opened or made for a number that has no sense.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.PARAMETER})
public @interface Within {
    double least() default 0;

    double most();

    /** Whether {@link #least} itself is refused. */
    boolean above() default false;

    /** Whether {@link #most} itself is refused. */
    boolean below() default false;
}
