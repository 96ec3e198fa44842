package org.cyphervit.data.sets;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.cyphervit.Spelling;
import org.cyphervit.UserError;

/** The data sets that are known by name. */
public final class DataSets {
    private static final List<DataSet> ALL = List.of(
            ColorectalSets.nctCrcHe(),
            ColorectalSets.kather2016(),
            PanNuke.byTissue(),
            PanNuke.byNuclei(),
            BreastSets.breastPathQ(),
            BreastSets.nkiVgh(),
            BreastSets.breakHis(),
            Lc25000.card(),
            PatchCamelyon.card(),
            BreastSets.idc(),
            MaskSets.glas(),
            MaskSets.moNuSeg(),
            MaskSets.tnbc());

    private DataSets() {}

    /** All of them. */
    public static List<DataSet> all() {
        return ALL;
    }

    /** The set of that name, in any case. */
    public static Optional<DataSet> find(String name) {
        return ALL.stream()
                .filter(set -> set.name().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    /**
     * The set of that name.
     *
     * @throws UserError if there is none, with those that there are
     */
    public static DataSet named(String name) {
        return find(name)
                .orElseThrow(() -> new UserError("There is no data set '" + name + "'. Did you mean '"
                        + Spelling.nearest(name, ALL.stream().map(DataSet::name).toList())
                        + "'? There are "
                        + ALL.stream().map(DataSet::name).collect(Collectors.joining(", ")) + "."));
    }
}
