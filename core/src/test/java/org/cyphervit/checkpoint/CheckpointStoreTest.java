package org.cyphervit.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
    @TempDir
    private Path folder = Path.of(".");

    @Test
    void keepsTheNewestAndPassesOverAlteredOrCutFiles() throws IOException {
        CheckpointStore store = new CheckpointStore(folder, 3);
        Path last = folder;
        for (int step = 1; step <= 5; step++) {
            last = save(store, step);
        }
        assertThat(folder.toFile().list()).hasSize(3);
        assertThat(store.latest().orElseThrow().step()).isEqualTo(5);
        assertThat(store.latest().orElseThrow().notes()).containsEntry("note", "n5");

        byte[] bytes = Files.readAllBytes(last);
        bytes[bytes.length - 2] ^= 1;
        Files.write(last, bytes);
        assertThat(store.latest().orElseThrow().step()).isEqualTo(4);

        Path fourth = folder.resolve("step-000000004.safetensors");
        Files.write(fourth, java.util.Arrays.copyOf(Files.readAllBytes(fourth), 40));
        assertThat(store.latest().orElseThrow().step()).isEqualTo(3);
    }

    @Test
    void anotherShapeIsNamed() throws IOException {
        CheckpointStore store = new CheckpointStore(folder, 1);
        Path file = save(store, 1);
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> wider = Map.of("w", Tensors.of(new float[4], 4));
            assertThatThrownBy(() -> CheckpointStore.load(file, wider))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("'w'")
                    .hasMessageContaining("another recipe");
        }
    }

    private static Path save(CheckpointStore store, int step) throws IOException {
        try (Scope scope = Scope.open()) {
            return store.save(step, Map.of("w", Tensors.of(new float[] {step, 2, 3}, 3)), Map.of("note", "n" + step));
        }
    }
}
