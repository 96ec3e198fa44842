/** What may be concluded from results: means, tests, intervals, and how samples are drawn into parts. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.compare;
