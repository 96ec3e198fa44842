package org.cyphervit.data.generated;

import java.util.Locale;
import java.util.random.RandomGenerator;

/** The nine kinds of tissue of the colorectal data sets of the paper (NCT-CRC-HE), and who paints them. */
@SuppressWarnings("ImmutableEnumChecker") // painters are stateless
public enum Phenotype {
    ADIPOSE(CellPainter::adipose),
    BACKGROUND(CellPainter::background),
    DEBRIS(CellPainter::debris),
    LYMPHOCYTES(CellPainter::lymphocytes),
    MUCUS(FibrePainter::mucus),
    MUSCLE(FibrePainter::muscle),
    MUCOSA(GlandPainter::mucosa),
    STROMA(FibrePainter::stroma),
    TUMOUR(GlandPainter::tumour);

    private interface Painter {
        void paint(Canvas canvas, RandomGenerator random);
    }

    private final Painter painter;

    Phenotype(Painter painter) {
        this.painter = painter;
    }

    /** The class name, such as {@code lymphocytes}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    Canvas paint(int size, RandomGenerator random) {
        Canvas canvas = new Canvas(size);
        painter.paint(canvas, random);
        return canvas;
    }
}
