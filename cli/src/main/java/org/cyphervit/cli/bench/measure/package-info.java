/** What the commands {@code bench ...} measure with: clocks, the hardware's limits, the history of figures. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.cli.bench.measure;
