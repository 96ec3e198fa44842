/** The commands that train encoders. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.cli.command.train;
