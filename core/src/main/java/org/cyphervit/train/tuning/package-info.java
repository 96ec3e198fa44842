/** How training goes on from weights that are given. */
@NullMarked
package org.cyphervit.train.tuning;

import org.jspecify.annotations.NullMarked;
