package org.cyphervit.cli.option;

import org.bytedeco.pytorch.Device;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import picocli.CommandLine.Option;

/** Where a command computes. */
public final class DeviceOption {
    @Option(names = "--device", defaultValue = "cpu", description = "cpu, cuda, cuda:1, ... Default: cpu.")
    private String device = "cpu";

    /** As it was given. */
    public String name() {
        return device;
    }

    /** The device, which lives as long as the program. */
    public Device open() {
        return Scope.keep(Engine.device(device));
    }
}
