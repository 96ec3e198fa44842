package org.cyphervit.slide.tiff;

/** Numbers of TIFF fields, after the TIFF 6.0 specification and its technical notes. */
public final class TiffTag {
    public static final int SUBFILE_TYPE = 254;
    public static final int IMAGE_DESCRIPTION = 270;
    public static final int MODEL = 272;
    public static final int X_RESOLUTION = 282;
    public static final int Y_RESOLUTION = 283;
    public static final int RESOLUTION_UNIT = 296;
    public static final int SOFTWARE = 305;
    public static final int XMP = 700;
    /** Where Hamamatsu's NDPI files differ from TIFF. */
    public static final int NDPI_FORMAT = 65420;

    static final int WIDTH = 256;
    static final int HEIGHT = 257;
    static final int BITS = 258;
    static final int COMPRESSION = 259;
    static final int PHOTOMETRIC = 262;
    static final int STRIP_OFFSETS = 273;
    static final int ORIENTATION = 274;
    static final int SAMPLES = 277;
    static final int ROWS_PER_STRIP = 278;
    static final int STRIP_BYTES = 279;
    static final int PLANAR = 284;
    static final int PREDICTOR = 317;
    static final int TILE_WIDTH = 322;
    static final int TILE_HEIGHT = 323;
    static final int TILE_OFFSETS = 324;
    static final int TILE_BYTES = 325;
    public static final int SUB_DIRECTORIES = 330;
    static final int JPEG_TABLES = 347;

    private TiffTag() {}
}
