/** Files that are made to do harm: each format's structure with lies in it, read in a process of its own. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.hostile;
