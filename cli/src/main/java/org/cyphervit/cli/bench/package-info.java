/** How fast this machine does the program's work, beside how fast it can do arithmetic at all; the history of such figures. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.cli.bench;
