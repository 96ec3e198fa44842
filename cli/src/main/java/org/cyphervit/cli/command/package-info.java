/** One class per command, thin: it reads options, calls the core and prints. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.cli.command;
