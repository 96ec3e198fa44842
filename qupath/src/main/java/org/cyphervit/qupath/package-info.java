/**
 * A menu of QuPath. {@link org.cyphervit.qupath.CypherVitExtension} alone touches QuPath; {@link
 * org.cyphervit.qupath.Program} runs the program as a child process, so that no native library is loaded into QuPath and a
 * failure ends nothing but itself; {@link org.cyphervit.qupath.ProgressWindow} shows what it says.
 */
@org.jspecify.annotations.NullMarked
package org.cyphervit.qupath;
