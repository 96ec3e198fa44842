/** Options that several commands share. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.cli.option;
