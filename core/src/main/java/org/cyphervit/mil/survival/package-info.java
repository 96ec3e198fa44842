/**
 * Time until an event that is not observed for everybody: Cox's partial likelihood, Harrell's concordance, Kaplan and Meier's
 * curves and the log-rank test. A higher risk means an earlier event.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.mil.survival;
