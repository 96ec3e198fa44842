/** Command lines that run one after another as processes of this program, kept in a SQLite file beyond a restart. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.cli.jobs;
