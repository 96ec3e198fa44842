/** The inner loops that are Java, measured by JMH. Not part of the default build: see docs/lab/performance.md. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.jmh;
