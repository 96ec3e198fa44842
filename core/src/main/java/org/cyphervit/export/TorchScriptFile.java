package org.cyphervit.export;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.ExtraFilesMap;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.Features;
import org.cyphervit.file.Writing;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;

/**
 * A backbone as TorchScript, loadable by LibTorch from 1.13 on, in Python by {@code torch.jit.load} and in QuPath through
 * DJL. Its {@code forward(images)} takes normalised images (B,3,S,S); its {@code features(images)} gives all results by
 * name.
 */
public final class TorchScriptFile {
    /** What {@code forward} returns. */
    public enum Result {
        /** The feature, (B,D). */
        POOLED,
        /** The logarithm of each final token's mean share of the patches, (B,K): its softmax are the shares. */
        PHENOTYPE_SHARES
    }

    /** A pass of the written file may differ by this much, relative to the largest value: rounding alone. */
    private static final double TOLERANCE = 1e-4;

    /** Most that code and names take, bytes. */
    private static final long BESIDE_WEIGHTS = 1 << 20;

    private TorchScriptFile() {}

    /**
     * Writes the file, reads it back and compares a pass with the backbone's own.
     *
     * @param backbone on the CPU
     * @param size side of the images it will take, pixels
     * @param card kept inside the file as {@code extra/model-card.json}
     * @throws UserError if the backbone has no phenotypes to give
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, Backbone backbone, int size, Result result, String card) throws IOException {
        if (result == Result.PHENOTYPE_SHARES && backbone.config().maps().phenotypes() == 0) {
            throw new UserError("This encoder (" + backbone.config().description() + ") has no phenotype tokens to"
                    + " tell shares of; export a CypherViT, or the torchscript format, which gives the features.");
        }
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            JitModule module = module(backbone, size, result);
            ExtraFilesMap extra = new ExtraFilesMap();
            extra.put(new BytePointer("model-card.json"), card);
            Path part = file.toAbsolutePath().resolveSibling(file.getFileName() + ".part");
            long bytes =
                    backbone.state().values().stream().mapToLong(Tensor::nbytes).sum();
            Writing.require(part, bytes + bytes / 10 + BESIDE_WEIGHTS); // LibTorch ends the process on a full disk
            module.save(part.toString(), extra);
            requireEqual(part, backbone, size, result);
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Writing.of(
                    file,
                    () -> Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
        }
    }

    private static JitModule module(Backbone backbone, int size, Result result) {
        TorchScriptWriter writer = new TorchScriptWriter();
        Map<String, String> results = backbone.write(writer, size, "images");
        String dictionary = results.entrySet().stream()
                .map(entry -> '"' + entry.getKey() + "\": " + entry.getValue())
                .collect(Collectors.joining(", ", "{", "}"));
        JitModule module = new JitModule(new QualifiedName("__torch__.Encoder"));
        writer.parameters().forEach((name, value) -> module.register_parameter(name, value, false));
        module.define("def features(self, images: Tensor) -> Dict[str, Tensor]:\n" + writer.body() + "  return "
                + dictionary + "\n");
        module.define("def forward(self, images: Tensor) -> Tensor:\n  return " + forward(result) + "\n");
        return module;
    }

    private static String forward(Result result) {
        return switch (result) {
            case POOLED -> "self.features(images)[\"" + Features.POOLED + "\"]";
            case PHENOTYPE_SHARES ->
                "torch.log(torch.clamp(torch.mean(self.features(images)[\"" + Features.PHENOTYPES
                        + "\"], [1]), 1e-12))";
        };
    }

    private static void requireEqual(Path file, Backbone backbone, int size, Result result) {
        JitModule read = torch.load(file.toString());
        Tensor images = new SeededGenerator(0, new Device("cpu")).normal(1, 2, 3, size, size);
        Tensor actual = read.forward(new IValueVector(new IValue(images))).toTensor();
        Features features = backbone.forward(images, ForwardMode.evaluation());
        Tensor rollout = features.rollout();
        Tensor expected = result == Result.POOLED || rollout == null
                ? backbone.feature(images, ForwardMode.evaluation())
                : Tensors.mean(rollout, 1).log();
        double error = actual.sub(expected).abs().max().item_double()
                / Math.max(1e-6, expected.abs().max().item_double());
        if (!(error <= TOLERANCE)) {
            throw new IllegalStateException("The exported TorchScript differs from the encoder by " + error
                    + " of its largest value; expected at most " + TOLERANCE + ".");
        }
    }
}
