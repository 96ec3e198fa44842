/** The commands {@code slide ...}: slides judged as bags of tiles. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.cli.command.mil;
