/** What a backbone sees: phenotype maps by roll-out of assignments, attention maps, and pictures of them. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.interpret;
