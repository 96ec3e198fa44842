/** The commands that make and tidy tiles: from slides and between data sets. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.cli.command.tile;
