package org.cyphervit.cli.bench.measure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jdk.jfr.FlightRecorder;
import jdk.jfr.consumer.RecordingStream;
import org.cyphervit.torch.Phase;
import org.cyphervit.torch.Phase.Part;
import org.jspecify.annotations.Nullable;

/** Listens to JDK Flight Recorder for where the time of training steps goes. */
final class PhaseTimes implements AutoCloseable {
    private final Map<String, Double> milliseconds = new ConcurrentHashMap<>();
    private final @Nullable RecordingStream stream;

    /** Begins to listen; a runtime without Flight Recorder records nothing. */
    PhaseTimes() {
        stream = FlightRecorder.isAvailable() ? new RecordingStream() : null;
        if (stream != null) {
            stream.enable(Phase.EVENT).withoutThreshold().withoutStackTrace();
            stream.onEvent(
                    Phase.EVENT,
                    event -> milliseconds.merge(
                            event.getString("part"), event.getDuration().toNanos() / 1e6, Double::sum));
            stream.startAsync();
        }
    }

    /** Stops listening; the mean milliseconds of a step by phase, in the order of a step. Phases that did not occur are missing. */
    Map<String, Double> perStep(int steps) {
        if (stream != null) {
            stream.stop(); // returns when all events were heard
        }
        Map<String, Double> phases = new LinkedHashMap<>();
        double passes = of(Part.FORWARD) + of(Part.INFERENCE);
        phases.put("teacher_forward", of(Part.INFERENCE) / steps);
        phases.put("student_forward", of(Part.FORWARD) / steps);
        phases.put("heads_and_loss", (of(Part.LOSS) - passes) / steps);
        phases.put("backward", of(Part.BACKWARD) / steps);
        phases.put("clip_and_optimizer", of(Part.OPTIMIZER) / steps);
        phases.put("teacher_update", of(Part.UPDATE) / steps);
        phases.values().removeIf(value -> value <= 0);
        return phases;
    }

    private double of(Part part) {
        return milliseconds.getOrDefault(part.key(), 0.0);
    }

    @Override
    public void close() {
        if (stream != null) {
            stream.close();
        }
    }
}
