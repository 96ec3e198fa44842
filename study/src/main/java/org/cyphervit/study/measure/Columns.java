package org.cyphervit.study.measure;

import java.util.ArrayList;
import java.util.List;
import org.cyphervit.study.StudyData;
import org.cyphervit.study.StudyData.ClassSet;
import org.cyphervit.study.StudyData.NumberSet;
import org.cyphervit.study.StudyListener;
import org.cyphervit.study.table.Column;
import org.cyphervit.study.table.Measurement;

/**
 * The columns that tables have in common: what frozen features are worth on the sets of a study.
 *
 * @param device where features are made
 */
public record Columns(StudyData data, String device, StudyListener watcher) {
    /** k-NN and linear probe of every set, on its split as given. */
    public List<Column> probes() {
        List<Column> columns = new ArrayList<>();
        for (ClassSet set : data.classified()) {
            columns.add(accuracy(set, "KNN", "knn.accuracy", "knn.samples", false, "knn"));
            columns.add(accuracy(set, "Linear", "linear.accuracy", "linear.samples", false, "linear"));
        }
        return columns;
    }

    /** k-NN of every set over re-splits. */
    public List<Column> resplitNeighbours() {
        return data.classified().stream()
                .map(set -> accuracy(set, "KNN", "knn.accuracy", "knn.samples", true, "knn"))
                .toList();
    }

    /** k-NN of every set: the nearest class, and whether the right one is among three. */
    public List<Column> neighbours() {
        List<Column> columns = new ArrayList<>();
        for (ClassSet set : data.classified()) {
            columns.add(accuracy(set, "Acc@1", "knn.accuracy", "knn.samples", false, "acc1"));
            columns.add(accuracy(set, "Acc@3", "knn.accuracy_at_3", "", false, "acc3"));
        }
        return columns;
    }

    /** Error and order of the numbers that regression finds. */
    public List<Column> numbers(boolean resplit) {
        List<Column> columns = new ArrayList<>();
        for (NumberSet set : data.measured()) {
            Measurement work = FrozenMeasurement.of(set, device, watcher);
            String name = set.name();
            String paper = set.column();
            columns.add(new Column(
                    name + " MSE", work, "ridge.mse", "ridge.samples", resplit, false, false, paper + ".mse"));
            columns.add(new Column(name + " Tau", work, "ridge.tau", "", resplit, false, true, paper + ".tau"));
        }
        return columns;
    }

    private Column accuracy(ClassSet set, String title, String measure, String samples, boolean resplit, String paper) {
        Measurement work = FrozenMeasurement.of(set, device, watcher);
        return new Column(
                set.name() + " " + title, work, measure, samples, resplit, true, true, set.column() + "." + paper);
    }
}
