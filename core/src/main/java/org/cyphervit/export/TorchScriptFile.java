package org.cyphervit.export;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
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
            NetworkProgram program = new EncoderProgram(backbone, size);
            JitModule module = module(program, "features", forward(result));
            save(file, program.bytes(), module, card, part -> requireEqual(part, backbone, size, result));
        }
    }

    /**
     * Writes any network, reads it back and compares a pass.
     *
     * @param all name of the method that gives all results by name; {@code forward} gives the first of them
     * @param card kept inside the file as {@code extra/model-card.json}
     * @param example an input
     * @param expected the first result of it
     * @throws IOException if the file cannot be written
     */
    public static void write(
            Path file, NetworkProgram program, String all, String card, Tensor example, Tensor expected)
            throws IOException {
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            String first = program.write(new TorchScriptWriter(), program.input())
                    .keySet()
                    .iterator()
                    .next();
            JitModule module = module(program, all, "self." + all + "(" + program.input() + ")[\"" + first + "\"]");
            save(file, program.bytes(), module, card, part -> requireEqual(part, example, expected));
        }
    }

    /** Looks at the file before it gets its name. */
    private interface Check {
        void of(Path part);
    }

    private static void save(Path file, long bytes, JitModule module, String card, Check check) throws IOException {
        ExtraFilesMap extra = new ExtraFilesMap();
        extra.put(new BytePointer("model-card.json"), card);
        Path part = file.toAbsolutePath().resolveSibling(file.getFileName() + ".part");
        Writing.require(part, bytes + bytes / 10 + BESIDE_WEIGHTS); // LibTorch ends the process on a full disk
        module.save(part.toString(), extra);
        check.of(part);
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Writing.of(
                file,
                () -> Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
    }

    private static JitModule module(NetworkProgram program, String all, String forward) {
        TorchScriptWriter writer = new TorchScriptWriter();
        String input = program.input();
        String dictionary = program.write(writer, input).entrySet().stream()
                .map(entry -> '"' + entry.getKey() + "\": " + entry.getValue())
                .collect(Collectors.joining(", ", "{", "}"));
        String name = program.name().substring(0, 1).toUpperCase(Locale.ROOT)
                + program.name().substring(1);
        JitModule module = new JitModule(new QualifiedName("__torch__." + name));
        writer.parameters().forEach((key, value) -> module.register_parameter(key, value, false));
        module.define("def " + all + "(self, " + input + ": Tensor) -> Dict[str, Tensor]:\n" + writer.body()
                + "  return " + dictionary + "\n");
        module.define("def forward(self, " + input + ": Tensor) -> Tensor:\n  return " + forward + "\n");
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
        Tensor images = new SeededGenerator(0, new Device("cpu")).normal(1, 2, 3, size, size);
        Features features = backbone.forward(images, ForwardMode.evaluation());
        Tensor rollout = features.rollout();
        Tensor expected = result == Result.POOLED || rollout == null
                ? backbone.feature(images, ForwardMode.evaluation())
                : Tensors.mean(rollout, 1).log();
        requireEqual(file, images, expected);
    }

    private static void requireEqual(Path file, Tensor input, Tensor expected) {
        JitModule read = torch.load(file.toString());
        Tensor actual = read.forward(new IValueVector(new IValue(input))).toTensor();
        double error = actual.sub(expected).abs().max().item_double()
                / Math.max(1e-6, expected.abs().max().item_double());
        if (!(error <= TOLERANCE)) {
            throw new IllegalStateException("The exported TorchScript differs from the network by " + error
                    + " of its largest value; expected at most " + TOLERANCE + ".");
        }
    }
}
