/**
 * The job over a cohort: which slides a folder or table names, and their tiles planned, checked, cut and stored, in order and
 * resumable.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.slide.cohort;
