package org.cyphervit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.cyphervit.eval.finetune.FineTuneOptions;
import org.cyphervit.interpret.map.MapOptions;
import org.cyphervit.interpret.umap.UmapOptions;
import org.cyphervit.mil.bag.SlideTask;
import org.cyphervit.mil.fit.FitOptions;
import org.cyphervit.mil.simulate.SimulationOptions;
import org.cyphervit.nn.LoraOptions;
import org.cyphervit.slide.quality.QualityOptions;
import org.cyphervit.slide.tiling.TilingOptions;
import org.cyphervit.slide.tissue.TissueOptions;
import org.cyphervit.torch.Precision;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every number of the records of options that no recipe holds has a range; {@code SettingsTest} has those of recipes. */
class OptionRecordsTest {
    private static final List<Double> NUMBERS =
            List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e308, -1e308);

    static List<Record> records() {
        FitOptions fit = FitOptions.standard(SlideTask.CLASSES);
        return List.of(
                FineTuneOptions.standard("cpu", Precision.FP32),
                fit,
                fit.aggregator(),
                fit.aggregator().clam(),
                new SimulationOptions("normal", 4, 10, 0.5, 2, 1),
                new MapOptions(0.5, 1, 0.5, Optional.empty()),
                UmapOptions.standard(),
                TilingOptions.standard(),
                TissueOptions.standard(),
                QualityOptions.standard(),
                new LoraOptions(8, 16));
    }

    @ParameterizedTest
    @MethodSource("records")
    void everyNumberHasARangeAndASentence(Record record) throws Exception {
        RecordComponent[] components = record.getClass().getRecordComponents();
        List<String> unbounded = new ArrayList<>();
        for (int i = 0; i < components.length; i++) {
            for (Object value : extremes(components[i])) {
                String words = refusal(record, components, i, value);
                if (words.isEmpty()) {
                    unbounded.add(components[i].getName() + "=" + value);
                } else {
                    assertThat(words).containsPattern("\\bgot ").endsWith(".").doesNotContain("Exception");
                }
            }
        }
        assertThat(unbounded).as(record.getClass().getSimpleName()).isEmpty();
    }

    private static List<? extends Object> extremes(RecordComponent component) {
        if (component.getName().equals("seed")) {
            return List.of();
        }
        Class<?> type = component.getType();
        return type == double.class
                ? NUMBERS
                : type == int.class
                        ? List.of(Integer.MIN_VALUE, Integer.MAX_VALUE)
                        : type == long.class ? List.of(Long.MIN_VALUE, Long.MAX_VALUE) : List.of();
    }

    // Empty if it is taken.
    private static String refusal(Record record, RecordComponent[] components, int changed, Object value)
            throws Exception {
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = i == changed ? value : components[i].getAccessor().invoke(record);
        }
        Constructor<?> constructor = record.getClass()
                .getDeclaredConstructor(
                        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
        try {
            constructor.newInstance(values);
            return "";
        } catch (InvocationTargetException e) {
            Throwable cause = Objects.requireNonNull(e.getCause());
            assertThat(cause).as(components[changed].getName() + "=" + value).isInstanceOf(UserError.class);
            return String.valueOf(cause.getMessage());
        }
    }
}
