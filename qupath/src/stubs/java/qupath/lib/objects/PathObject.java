package qupath.lib.objects;

/** Signatures of QuPath that this extension uses; QuPath brings its own. */
public abstract class PathObject {}
