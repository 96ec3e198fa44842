package org.cyphervit.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.cyphervit.train.RunListener;
import org.cyphervit.train.TinyRun;
import org.cyphervit.train.recipe.Recipe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardFileTest {
    @TempDir
    private Path folder;

    // Lengths of a byte each wrote a broken record from 128 bytes on.
    @Test
    void aLongTagIsReadBackWhole() throws IOException {
        String tag = "knn/" + "a long name of a token's target ".repeat(40);
        TensorBoardFile events = new TensorBoardFile();
        Recipe recipe = TinyRun.recipe("vit_nano", 1);
        events.started(new RunListener.Start(folder, recipe, 4, 0, 1, Double.NaN, List.of()));
        events.stepped(new RunListener.Step(300, 1, Map.of(tag, 0.25), 4, 0));
        events.ended(new RunListener.End(300, true, 1, 0, folder, List.of()));
        List<UnknownFieldSet> records = records();
        assertThat(text(records.getFirst(), 3)).isEqualTo("brain.Event:2");
        assertThat(records).hasSize(2);
        UnknownFieldSet event = records.get(1);
        assertThat(event.getField(2).getVarintList()).containsExactly(300L);
        UnknownFieldSet value = inside(inside(event, 5), 1);
        assertThat(text(value, 1)).isEqualTo(tag);
        assertThat(value.getField(2).getFixed32List()).containsExactly(Float.floatToIntBits(0.25f));
    }

    private List<UnknownFieldSet> records() throws IOException {
        List<UnknownFieldSet> records = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            ByteBuffer bytes = ByteBuffer.wrap(
                            Files.readAllBytes(files.findFirst().orElseThrow()))
                    .order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.hasRemaining()) {
                byte[] data = new byte[Math.toIntExact(bytes.getLong())];
                bytes.getInt(); // of the length
                bytes.get(data);
                bytes.getInt(); // of the data
                records.add(UnknownFieldSet.parseFrom(data));
            }
        }
        return records;
    }

    private static UnknownFieldSet inside(UnknownFieldSet message, int field) throws IOException {
        return UnknownFieldSet.parseFrom(bytes(message, field));
    }

    private static String text(UnknownFieldSet message, int field) {
        return bytes(message, field).toStringUtf8();
    }

    private static ByteString bytes(UnknownFieldSet message, int field) {
        return message.getField(field).getLengthDelimitedList().getFirst();
    }
}
