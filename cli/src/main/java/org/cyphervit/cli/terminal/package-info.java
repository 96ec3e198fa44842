/** What commands show: progress, tables, the log of a run, use of the machine. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.cli.terminal;
