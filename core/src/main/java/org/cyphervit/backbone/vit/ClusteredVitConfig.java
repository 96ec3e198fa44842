package org.cyphervit.backbone.vit;

import java.util.Map;
import org.cyphervit.Ranges;
import org.cyphervit.backbone.BackboneConfig;
import org.cyphervit.backbone.Features;
import org.cyphervit.backbone.Pooling;
import org.cyphervit.backbone.TokenMaps;
import org.cyphervit.nn.Init;

/**
 * The configuration of {@link ClusteredVit}.
 *
 * @param vit the vision transformer
 * @param clusters K, into which its patches fall
 */
public record ClusteredVitConfig(VitConfig vit, int clusters) implements BackboneConfig {
    public ClusteredVitConfig {
        Ranges.of("Clusters of patches").whole("clusters", clusters, 2, 64).check();
    }

    @Override
    public int width() {
        return vit.width();
    }

    @Override
    public int patch() {
        return vit.patch();
    }

    @Override
    public int imageSize() {
        return vit.imageSize();
    }

    @Override
    public int finalTokens() {
        return vit.finalTokens();
    }

    @Override
    public TokenMaps maps() {
        return TokenMaps.ofClusters(clusters);
    }

    @Override
    public String description() {
        return vit.description() + " with " + clusters + " clusters of patches";
    }

    @Override
    public double weights() {
        return vit.weights() + clusters * (width() + 1.0);
    }

    @Override
    public ClusteredVitConfig withDropPath(double dropPath) {
        return new ClusteredVitConfig(vit.withDropPath(dropPath), clusters);
    }

    @Override
    public double operations(int side) {
        return vit.operations(side) + 2.0 * patches(side) * width() * clusters;
    }

    @Override
    public double pooledOperations(int side) {
        return vit.pooledOperations(side);
    }

    @Override
    public Map<String, long[]> outputs(int size, Pooling pooling) {
        Map<String, long[]> shapes = BackboneConfig.super.outputs(size, pooling);
        shapes.put(Features.assignment(0), new long[] {patches(size), clusters});
        shapes.put(Features.PHENOTYPES, new long[] {patches(size), clusters});
        return shapes;
    }

    @Override
    public ClusteredVit build(Init init) {
        return new ClusteredVit(this, init);
    }
}
