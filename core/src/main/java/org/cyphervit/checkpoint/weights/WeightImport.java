package org.cyphervit.checkpoint.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.EncoderSpec;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.nn.transformer.FeedForwardOptions;
import org.cyphervit.nn.transformer.PositionOptions;
import org.cyphervit.nn.transformer.QkvBias;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Weights of other programs into a backbone: {@code .safetensors} and PyTorch's {@code .pth} (read without executing it).
 * Nothing is left out in silence: every missing, unexpected or reshaped tensor is reported, and a load that is not whole
 * is refused.
 */
public final class WeightImport {
    private static final int SHOWN = 24;

    private static final String FIRST_BLOCK = "blocks.0.norm1.weight";
    private static final Pattern PART_OF_BLOCK = Pattern.compile("blocks\\.\\d+\\..+");

    /** Settings that weights do not tell or need: positions are resized, and drop path is about training. */
    private static final Set<String> UNDECIDED = Set.of("kind", "heads", "imageSize", "dropPath", "positions");

    /** DINOv3 has no table of one size; its teachers' features are given for 224 pixels, 14 patches of 16. */
    private static final int DINOV3_GRID = 14;

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
     * @param names of the backbone's tensors that were loaded
     * @param fresh names of its tensors that the weights' network does not have, which stay as they were
     * @param reshaped in words, one per tensor that was resized
     * @param besides names in the file that are no part of a backbone, or that this one has no place for
     */
    public record Report(List<String> names, List<String> fresh, List<String> reshaped, List<String> besides) {
        public Report {
            names = List.copyOf(names);
            fresh = List.copyOf(fresh);
            reshaped = List.copyOf(reshaped);
            besides = List.copyOf(besides);
        }

        /** Number of tensors that were loaded. */
        public int loaded() {
            return names.size();
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
            throw naming(name, e);
        }
    }

    private static UserError naming(String file, UserError e) {
        return String.valueOf(e.getMessage()).contains(file)
                ? e
                : new UserError("'" + file + "': " + e.getMessage(), e);
    }

    /** How the weights are to be used, if their file says it: an encoder of this program's does. */
    public EncoderSpec spec() {
        return spec;
    }

    /**
     * Tensors that were read already.
     *
     * @param file where they come from, for messages
     */
    static WeightImport of(Map<String, Tensor> tensors, String file) {
        return new WeightImport(file, WeightNames.find(tensors, file), EncoderSpec.STANDARD);
    }

    /**
     * The vision transformer that the weights were made for, as far as names and shapes tell. How positions are resized and
     * the epsilon of layer normalisation are those of the program whose names the weights have.
     *
     * @param heads attention heads, which weights do not tell; 0 for one per 64 of the width, as nearly all have (MoCo v3's
     *     small has 12)
     * @throws UserError naming the file, if no vision transformer has such shapes
     */
    public VitConfig config(int heads) {
        try {
            return told(heads);
        } catch (UserError e) {
            throw naming(file, e);
        } catch (ArithmeticException e) {
            throw new UserError("'" + file + "' has tensors of more than two thousand million values a side.", e);
        }
    }

    private VitConfig told(int heads) {
        Tensor patches = require("patch_embed.proj.weight");
        int width = Math.toIntExact(patches.size(0));
        int patch = Math.toIntExact(patches.size(-1));
        int depth = 0;
        while (found.tensors().containsKey("blocks." + depth + ".norm1.weight")) {
            depth++;
        }
        Tensor registers = found.tensors().get("reg_token");
        int registerCount = registers == null ? 0 : Math.toIntExact(registers.size(1));
        Places places = places(registerCount, patch);
        return VitConfig.of(width, depth, heads > 0 ? heads : Math.max(1, width / 64), patch, places.imageSize())
                .withRegisters(registerCount)
                .withLayerScale(has("blocks.0.ls1.gamma") ? 1e-5 : 0)
                .withFeedForward(feedForward(width))
                .withPositions(places.positions())
                .withQkvBias(
                        has("blocks.0.attn.qkv.bias_mask")
                                ? QkvBias.NO_KEY
                                : has("blocks.0.attn.qkv.bias") ? QkvBias.ALL : QkvBias.NONE)
                .withUntiedNorms(has("cls_norm.weight"))
                .withLayerNormEps(found.layout().layerNormEps());
    }

    private boolean has(String name) {
        return found.tensors().containsKey(name);
    }

    // Packed SwiGLU gives twice as many values as the second layer takes.
    private FeedForwardOptions feedForward(int width) {
        long out = require("blocks.0.mlp.fc1.weight").size(0);
        long in = require("blocks.0.mlp.fc2.weight").size(1);
        FeedForwardOptions.Kind kind = out == 2 * in ? FeedForwardOptions.Kind.SWIGLU : FeedForwardOptions.Kind.MLP;
        return new FeedForwardOptions(kind, (double) in / width);
    }

    private record Places(PositionOptions positions, int imageSize) {}

    // The length of the table tells what has a position: patches alone are a square number, others one or 1+R more.
    private Places places(int registers, int patch) {
        PositionOptions usual = found.layout().positions();
        Tensor table = found.tensors().get("pos_embed");
        if (table == null) {
            PositionOptions rope = PositionOptions.rope();
            return new Places(found.ropeBase().map(rope::withRopeBase).orElse(rope), DINOV3_GRID * patch);
        }
        for (PositionOptions.Kind kind :
                List.of(PositionOptions.Kind.PATCHES, PositionOptions.Kind.CLS_AND_PATCHES, PositionOptions.Kind.ALL)) {
            PositionOptions positions = usual.withKind(kind);
            long patches = table.size(1) - positions.rowsBefore(registers);
            long side = (long) Math.sqrt((double) patches);
            if (side > 0 && side * side == patches) {
                return new Places(positions, Math.toIntExact(side * patch));
            }
        }
        throw new UserError(
                "'" + file + "' has " + table.size(1) + " positions, which are no square grid of patches with"
                        + " or without [cls] and " + registers + " registers.");
    }

    /**
     * Fills a backbone. Weights of a vision transformer also fill a backbone that is made of its blocks, such as a
     * CypherViT: patch embedding, positions, final norm and the blocks in their order, as many as there are.
     *
     * @throws UserError if a tensor is missing, unexpected or of a shape that cannot be resized, naming each
     */
    public Report into(Backbone backbone) {
        Matching matching = new Matching(backbone, has(FIRST_BLOCK));
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            backbone.state().forEach(matching::take);
            List<String> left = matching.left();
            if (!matching.wrong.isEmpty()) {
                throw unfit(backbone, matching.wrong);
            }
            Map<String, Tensor> all = new LinkedHashMap<>(backbone.state());
            all.putAll(matching.values);
            backbone.load(all);
            List<String> besides = new ArrayList<>(found.besides());
            besides.addAll(left);
            return new Report(List.copyOf(matching.values.keySet()), matching.fresh, matching.reshaped, besides);
        }
    }

    // Which of the file's tensors becomes which of the backbone's.
    private final class Matching {
        private final Backbone backbone;
        private final boolean converted; // a vision transformer's weights for another kind of backbone
        private final Set<String> used = new HashSet<>();
        private final List<String> fresh = new ArrayList<>();
        private final List<String> reshaped = new ArrayList<>();
        private final List<String> wrong = new ArrayList<>();
        private final Map<String, Tensor> values = new LinkedHashMap<>();

        Matching(Backbone backbone, boolean ofVisionTransformer) {
            this.backbone = backbone;
            this.converted = ofVisionTransformer && !backbone.state().containsKey(FIRST_BLOCK);
        }

        void take(String name, Tensor own) {
            Optional<String> theirs = converted ? backbone.inVisionTransformer(name) : Optional.of(name);
            if (theirs.isEmpty()) {
                fresh.add(name);
                return;
            }
            Tensor value = found.tensors().get(theirs.get());
            if (value == null) {
                wrong.add("missing " + theirs.get());
                return;
            }
            used.add(theirs.get());
            long[] wanted = Tensors.shape(own);
            String shape = Arrays.toString(Tensors.shape(value));
            Tensor fitted = backbone.fitted(name, value);
            if (!Arrays.equals(Tensors.shape(fitted), wanted)) {
                wrong.add(name + " has shape " + shape + ", expected " + Arrays.toString(wanted));
                return;
            }
            if (!Arrays.equals(Tensors.shape(value), wanted)) {
                reshaped.add(name + " from " + shape + " to " + Arrays.toString(wanted));
            }
            values.put(name, fitted.to(ScalarType.Float));
        }

        // What has no place: [cls] and register tokens and blocks beyond the backbone's; of its own kind, nothing may.
        List<String> left() {
            List<String> left = new ArrayList<>();
            for (String name : found.tensors().keySet()) {
                if (used.contains(name)) {
                    continue;
                }
                if (converted && (!PART_OF_BLOCK.matcher(name).matches() || isBlockBeyond(name))) {
                    left.add(name);
                } else {
                    wrong.add("unexpected " + name);
                }
            }
            return left;
        }

        private boolean isBlockBeyond(String name) {
            String block = name.substring(0, name.indexOf('.', "blocks.".length()) + 1);
            return used.stream().noneMatch(other -> other.startsWith(block));
        }
    }

    private UserError unfit(Backbone backbone, List<String> wrong) {
        return new UserError("The weights of '" + file + "' do not fit this backbone (" + backbone.config() + "): "
                + String.join("; ", wrong.subList(0, Math.min(SHOWN, wrong.size())))
                + (wrong.size() > SHOWN ? "; and " + (wrong.size() - SHOWN) + " more" : "") + ". "
                + settings(backbone));
    }

    // The settings of the backbone that differ from those that the weights were made for.
    private String settings(Backbone backbone) {
        if (!has(FIRST_BLOCK)) {
            return "Choose the backbone that the weights were made for.";
        }
        VitConfig made = config(0);
        ObjectNode own = ConfigTree.of(backbone.config());
        ObjectNode theirs = ConfigTree.of(made);
        List<String> differ = new ArrayList<>();
        theirs.propertyNames().stream()
                .filter(key -> own.has(key) && !UNDECIDED.contains(key))
                .filter(key -> !own.path(key).equals(theirs.path(key)))
                .forEach(key -> differ.add("backbone." + key + "=" + theirs.path(key)));
        PositionOptions.Kind positions = made.positions().kind();
        if (positions == PositionOptions.Kind.ROPE
                && !own.path("positions").path("kind").asString().equalsIgnoreCase(positions.name())) {
            differ.add("backbone.positions.kind=" + positions);
        }
        return differ.isEmpty()
                ? "The weights have " + made.depth() + " blocks of width " + made.width() + "."
                : "Set what the weights were made for: " + String.join(" ", differ) + ".";
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
