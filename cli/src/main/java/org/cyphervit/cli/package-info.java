/** The command line: {@link org.cyphervit.cli.Main} is the entry point, {@code command} holds the commands. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.cli;
