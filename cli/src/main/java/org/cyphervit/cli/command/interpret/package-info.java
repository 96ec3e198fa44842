/** The commands that show what an encoder sees: attention, maps of phenotypes, plots of features. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.cli.command.interpret;
