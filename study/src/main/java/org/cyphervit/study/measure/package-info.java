/** What is measured of an encoder for the cells of tables. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.study.measure;
