/** The commands {@code evaluate ...}: encoders and baselines judged by protocols. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.cli.evaluate;
