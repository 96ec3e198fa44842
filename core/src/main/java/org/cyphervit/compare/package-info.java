/**
 * What may be concluded from results: candidates beside baselines, and whether a difference is more than chance. {@link
 * org.cyphervit.compare.SignificanceTest} is the one place that decides it.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.compare;
