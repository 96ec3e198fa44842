/** What can be done from the browser: slides are taken in, and what a person chooses becomes a command line in the queue. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.cli.workbench;
