/** Optimizers: AdamW and LARS over named parameters, with schedules and clipping. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.optim;
