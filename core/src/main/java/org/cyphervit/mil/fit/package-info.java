/** Training of aggregators: settings chosen on a part of the training patients, weights kept where that part does best. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.mil.fit;
