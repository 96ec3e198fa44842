package org.cyphervit.slide.dicom;

import java.util.Set;

/** Numbers of DICOM attributes (PS3.6): group, then element. */
final class Tags {
    static final int TRANSFER_SYNTAX = 0x00020010;
    static final int IMAGE_TYPE = 0x00080008;
    static final int SOP_CLASS = 0x00080016;
    static final int SOP_INSTANCE = 0x00080018;
    static final int MANUFACTURER = 0x00080070;
    static final int CODE_MEANING = 0x00080104;
    static final int MODEL = 0x00081090;
    static final int SERIES = 0x0020000e;
    static final int CONCATENATION = 0x00209161;
    static final int FRAME_OFFSET = 0x00209228;
    static final int ORGANIZATION_TYPE = 0x00209311;
    static final int SAMPLES = 0x00280002;
    static final int PHOTOMETRIC = 0x00280004;
    static final int PLANAR = 0x00280006;
    static final int FRAMES = 0x00280008;
    static final int ROWS = 0x00280010;
    static final int COLUMNS = 0x00280011;
    static final int PIXEL_SPACING = 0x00280030;
    static final int BITS_ALLOCATED = 0x00280100;
    static final int PIXEL_MEASURES = 0x00289110;
    static final int Z_OFFSET = 0x0040074a;
    static final int SPECIMENS = 0x00400560;
    static final int CONCEPT_NAME = 0x0040a043;
    static final int CONCEPT_CODE = 0x0040a168;
    static final int PREPARATION = 0x00400610;
    static final int PREPARATION_STEP = 0x00400612;
    static final int VOLUME_WIDTH = 0x00480001;
    static final int VOLUME_HEIGHT = 0x00480002;
    static final int TOTAL_COLUMNS = 0x00480006;
    static final int TOTAL_ROWS = 0x00480007;
    static final int OPTICAL_PATHS = 0x00480105;
    static final int OBJECTIVE_POWER = 0x00480112;
    static final int PLANE_POSITION = 0x0048021a;
    static final int COLUMN_POSITION = 0x0048021e;
    static final int ROW_POSITION = 0x0048021f;
    static final int OPTICAL_PATH_COUNT = 0x00480302;
    static final int FOCAL_PLANES = 0x00480303;
    static final int SHARED_GROUPS = 0x52009229;
    static final int PER_FRAME_GROUPS = 0x52009230;
    static final int OFFSET_TABLE = 0x7fe00001;
    static final int PIXEL_DATA = 0x7fe00010;

    static final int ITEM = 0xfffee000;
    static final int ITEM_END = 0xfffee00d;
    static final int SEQUENCE_END = 0xfffee0dd;

    /** Which of these hold items; a file of implicit value representations does not say it. */
    static final Set<Integer> SEQUENCES = Set.of(
            PIXEL_MEASURES,
            SPECIMENS,
            CONCEPT_NAME,
            CONCEPT_CODE,
            PREPARATION,
            PREPARATION_STEP,
            OPTICAL_PATHS,
            PLANE_POSITION,
            SHARED_GROUPS,
            PER_FRAME_GROUPS);

    private Tags() {}

    static String name(int tag) {
        return String.format(java.util.Locale.ROOT, "(%04X,%04X)", tag >>> 16, tag & 0xffff);
    }
}
