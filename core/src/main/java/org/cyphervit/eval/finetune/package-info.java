/** Whole networks trained on few labels: how much a pre-trained encoder saves of them. */
@org.jspecify.annotations.NullMarked
package org.cyphervit.eval.finetune;
