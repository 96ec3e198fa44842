/**
 * How good predictions are: one record per result, {@link org.cyphervit.eval.metric.Scorecard} for classes and {@link
 * org.cyphervit.eval.metric.RegressionMetric} for numbers. A new metric is a constant of {@link
 * org.cyphervit.eval.metric.ClassMetric} or {@link org.cyphervit.eval.metric.RegressionMetric}.
 *
 * <p>Letters: N samples, C classes.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.eval.metric;
