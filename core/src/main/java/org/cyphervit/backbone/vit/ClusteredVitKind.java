package org.cyphervit.backbone.vit;

import java.util.List;
import org.cyphervit.backbone.BackboneKind;

/** The registration of vision transformers with clusters. They are made from trained ones, so recipes have no size of them. */
public final class ClusteredVitKind implements BackboneKind {
    @Override
    public String name() {
        return "clustered_vit";
    }

    @Override
    public Class<ClusteredVitConfig> config() {
        return ClusteredVitConfig.class;
    }

    @Override
    public List<Preset> presets() {
        return List.of();
    }

    @Override
    public ClusteredVitConfig defaults() {
        return new ClusteredVitConfig(VitConfig.of(192, 12, 3, 16, 224), 8);
    }
}
