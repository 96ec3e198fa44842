/** The commands about encoders: list, fetch, import and pack them. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.cli.command.encoder;
