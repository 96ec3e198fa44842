package org.cyphervit.checkpoint.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.EncoderSpec;
import org.cyphervit.backbone.VitConfig;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * Weights of other programs into a backbone: {@code .safetensors} and PyTorch's {@code .pth} (read without executing it).
 * Nothing is left out in silence: every missing, unexpected or reshaped tensor is reported, and a load that is not whole
 * is refused.
 */
public final class WeightImport {
    private static final int SHOWN = 24;

    private final String file;
    private final WeightNames.Found found;
    private final EncoderSpec spec;

    private WeightImport(String file, WeightNames.Found found, EncoderSpec spec) {
        this.file = file;
        this.found = found;
        this.spec = spec;
    }

    /**
     * What was done.
     *
     * @param loaded number of tensors
     * @param reshaped in words, one per tensor that was resized
     * @param besides names in the file that are no part of a backbone
     */
    public record Report(int loaded, List<String> reshaped, List<String> besides) {
        public Report {
            reshaped = List.copyOf(reshaped);
            besides = List.copyOf(besides);
        }
    }

    /**
     * Reads tensors into the current scope.
     *
     * @param place a file of weights, an index of shards, or a folder with one of these under its usual name
     */
    public static WeightImport open(Path place) throws IOException {
        WeightFiles.Read read = WeightFiles.read(place);
        String name = read.file().toString();
        try {
            return new WeightImport(name, WeightNames.find(read.tensors(), name), EncoderSpec.parse(read.header()));
        } catch (UserError e) {
            throw String.valueOf(e.getMessage()).contains(name) ? e : new UserError("'" + name + "': " + e.getMessage(), e);
        }
    }

    /** How the weights are to be used, if their file says it: an encoder of this program's does. */
    public EncoderSpec spec() {
        return spec;
    }

    /**
     * The vision transformer that the weights were made for.
     *
     * @param heads attention heads, which weights do not tell; 0 for one per 64 of the width, as nearly all have (MoCo v3's
     *     small has 12)
     */
    public VitConfig config(int heads) {
        Tensor patches = require("patch_embed.proj.weight");
        int width = Math.toIntExact(patches.size(0));
        int patch = Math.toIntExact(patches.size(-1));
        int side =
                Math.toIntExact(Math.round(Math.sqrt(grid(require("pos_embed")).size(1))));
        int depth = 0;
        while (found.tensors().containsKey("blocks." + depth + ".norm1.weight")) {
            depth++;
        }
        Tensor registers = found.tensors().get("reg_token");
        boolean scaled = found.tensors().containsKey("blocks.0.ls1.gamma");
        return new VitConfig(
                width,
                depth,
                heads > 0 ? heads : Math.max(1, width / 64),
                patch,
                side * patch,
                0,
                registers == null ? 0 : Math.toIntExact(registers.size(1)),
                scaled ? 1e-5 : 0);
    }

    /**
     * Fills a backbone.
     *
     * @throws UserError if a tensor is missing, unexpected or of a shape that cannot be resized, naming each
     */
    public Report into(Backbone backbone) {
        List<String> reshaped = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        Map<String, Tensor> own = backbone.state();
        Map<String, Tensor> values = new LinkedHashMap<>();
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            own.forEach((name, tensor) -> {
                Tensor value = found.tensors().get(name);
                if (value == null) {
                    wrong.add("missing " + name);
                    return;
                }
                long[] wanted = Tensors.shape(tensor);
                Tensor fitted = name.equals("pos_embed") ? positions(value, wanted) : value;
                if (!Arrays.equals(Tensors.shape(fitted), wanted)) {
                    wrong.add(name + " has shape " + Arrays.toString(Tensors.shape(value)) + ", expected "
                            + Arrays.toString(wanted));
                    return;
                }
                if (!Arrays.equals(Tensors.shape(value), wanted)) {
                    reshaped.add(
                            name + " from " + Arrays.toString(Tensors.shape(value)) + " to " + Arrays.toString(wanted));
                }
                values.put(name, fitted.to(ScalarType.Float));
            });
            found.tensors().keySet().stream()
                    .filter(name -> !own.containsKey(name))
                    .forEach(name -> wrong.add("unexpected " + name));
            if (!wrong.isEmpty()) {
                throw new UserError("The weights of '" + file + "' do not fit this backbone ("
                        + backbone.config() + "): " + String.join("; ", wrong.subList(0, Math.min(SHOWN, wrong.size())))
                        + (wrong.size() > SHOWN ? "; and " + (wrong.size() - SHOWN) + " more" : "")
                        + ". Choose width, depth, patch, registers and layerScale as the weights have them.");
            }
            backbone.load(values);
        }
        return new Report(values.size(), reshaped, found.besides());
    }

    // Bicubic to the wanted grid; a missing place for [cls] is filled with zeros (timm's no_embed_class).
    private static Tensor positions(Tensor value, long[] wanted) {
        if (value.dim() != 3 || value.size(2) != wanted[2]) {
            return value;
        }
        Tensor grid = grid(value);
        long side = Math.round(Math.sqrt(grid.size(1)));
        boolean withCls = isWithCls(wanted[1]);
        long goal = Math.round(Math.sqrt(withCls ? wanted[1] - 1 : wanted[1]));
        Tensor image =
                grid.reshape(1, side, side, wanted[2]).permute(0, 3, 1, 2).to(ScalarType.Float);
        Tensor resized = side == goal
                ? image
                : torch.upsample_bicubic2d(
                        image, new long[] {goal, goal}, false, new DoubleOptional(), new DoubleOptional());
        Tensor flat = resized.permute(0, 2, 3, 1).reshape(1, goal * goal, wanted[2]);
        if (!withCls) {
            return flat;
        }
        Tensor cls =
                isWithCls(value.size(1)) ? value.narrow(1, 0, 1).to(ScalarType.Float) : torch.zeros(1, 1, wanted[2]);
        return Tensors.cat(List.of(cls, flat), 1);
    }

    private static Tensor grid(Tensor positions) {
        return isWithCls(positions.size(1)) ? positions.narrow(1, 1, positions.size(1) - 1) : positions;
    }

    // n*n + 1 is never a square itself for n > 0.
    private static boolean isWithCls(long count) {
        long side = Math.round(Math.sqrt((double) count));
        return side * side != count;
    }

    private Tensor require(String name) {
        @Nullable Tensor tensor = found.tensors().get(name);
        if (tensor == null) {
            throw new UserError("'" + file + "' has no '" + found.prefix() + name + "', so its backbone is unknown. It"
                    + " has " + WeightNames.sample(found.tensors().keySet()) + ".");
        }
        return tensor;
    }
}
