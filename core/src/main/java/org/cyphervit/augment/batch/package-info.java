/** Batches of views, made ahead of the model: on the CPU, or on the device from numbers drawn on the CPU. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.augment.batch;
