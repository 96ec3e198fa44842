/** The commands: thin, each over one part of the core. {@link org.cyphervit.cli.Main} is the entry point. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.cli;
