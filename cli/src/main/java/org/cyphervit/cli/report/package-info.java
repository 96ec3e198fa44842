/** One self-contained page about runs: what was learnt, seen and measured. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.cli.report;
