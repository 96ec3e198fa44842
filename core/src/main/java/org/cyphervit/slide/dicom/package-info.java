/**
 * DICOM whole slides (VL Whole Slide Microscopy, PS3.3 A.32.8) read in Java: the data sets of a series' files, and their frames
 * one at a time. A reader of our own, since dcm4che is not served by Maven Central and reserves memory by what a file says.
 * Every length is checked against the file before memory is reserved for it.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.slide.dicom;
