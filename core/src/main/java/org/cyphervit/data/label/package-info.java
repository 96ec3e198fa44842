/** Classes, numbers and groups of tiles that a table or a slide tells, whatever the source says of them. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.data.label;
