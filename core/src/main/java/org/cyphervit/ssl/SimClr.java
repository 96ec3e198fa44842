package org.cyphervit.ssl;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.group.Group;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.nn.Projector;
import org.cyphervit.torch.Tensors;

/**
 * SimCLR (Chen 2020, "A simple framework for contrastive learning of visual representations", Eq. 1): the two views of a
 * tile attract each other and repel all other views of the batch. Three layers in the head as in its second version.
 */
public final class SimClr implements SslMethod {
    private final SimClrOptions options;
    private final Network network;
    private final Group group;

    public SimClr(Backbone backbone, SimClrOptions options, Init init) {
        this.options = options;
        this.group = init.group();
        this.network = new Network(backbone, options, init);
    }

    @Override
    public Layer trained() {
        return network;
    }

    @Override
    public Layer state() {
        return network;
    }

    @Override
    public Backbone encoder() {
        return network.backbone;
    }

    @Override
    public double chanceLoss(int batch) {
        return Math.log(2.0 * batch - 1);
    }

    @Override
    public List<Symptom> symptoms(int batch) {
        return List.of(Symptom.ofContrast(chanceLoss(batch)));
    }

    @Override
    public Loss loss(Batch batch, ForwardMode mode, TrainingProgress progress) {
        List<Tensor> views = batch.views();
        if (views.size() != 2) {
            throw new UserError("SimCLR needs exactly two views; got " + views.size() + ". Set views.locals to 0.");
        }
        Tensor features = MultiCropForward.forward(views, x -> network.backbone.pooled(x, mode));
        Tensor value = ntXent(network.projector.forward(features), options.temperature(), group);
        return new Loss(value, Map.of("feature_std", FeatureStatistics.spread(features)));
    }

    /**
     * The normalised temperature-scaled cross-entropy, the mean over this rank's 2N rows; negatives are the rows of all.
     *
     * @param projections (2N,D): first all first views, then all second views in the same order
     */
    static Tensor ntXent(Tensor projections, double temperature, Group group) {
        long rows = projections.size(0);
        long first = group.rank() * rows;
        Tensor unit = Tensors.normalizeRows(projections.to(torch.ScalarType.Float), 1e-12);
        Tensor all = group.gather(unit); // (W*2N,D)
        Tensor similarity = unit.matmul(all.t()).div(new Scalar(temperature)); // (2N,W*2N)
        Tensor own = torch.arange(new Scalar(rows), Tensors.options(torch.ScalarType.Long, projections.device()));
        Tensor self = own.add(new Scalar(first)).unsqueeze(1);
        Tensor scores = similarity.scatter(1, self, new Scalar(Double.NEGATIVE_INFINITY));
        Tensor partner =
                own.add(new Scalar(rows / 2)).remainder(new Scalar(rows)).add(new Scalar(first));
        return torch.cross_entropy_loss(scores, partner);
    }

    private static final class Network extends Layer {
        private final Backbone backbone;
        private final Projector projector;

        private Network(Backbone backbone, SimClrOptions options, Init init) {
            this.backbone = child("backbone", backbone);
            this.projector = child(
                    "projector",
                    new Projector(
                            List.of(backbone.config().width(), options.hidden(), options.hidden(), options.out()),
                            true,
                            init));
        }
    }
}
