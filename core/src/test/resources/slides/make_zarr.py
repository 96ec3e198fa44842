#!/usr/bin/env python3
"""Makes OME-Zarr hierarchies of version 0.4 with zarr-python and numcodecs, which are not this project's code, from the pixels
that make_tiff.py left. Debian: apt-get install python3-zarr. Usage: make_zarr.py"""
import numpy as np
import numcodecs
import zarr


def write(name, axes, to_array, chunks, compressor, separator="/", root="", fill=0):
    store = zarr.DirectoryStore(f"zarr/{name}.ome.zarr")
    group = zarr.group(store=store, overwrite=True)
    if root:
        group.attrs["bioformats2raw.layout"] = 3
        group = group.create_group(root)
    datasets = []
    for i in range(3):
        data = to_array(np.load(f"region-{i}.npy"))
        group.create_dataset(str(i), data=data, shape=data.shape, chunks=chunks, dtype="|u1", compressor=compressor,
                             dimension_separator=separator, fill_value=fill)
        scale = [0.499 * 2**i if axis in "xy" else 1.0 for axis in axes]
        datasets.append({"path": str(i), "coordinateTransformations": [{"type": "scale", "scale": scale}]})
    kinds = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}
    group.attrs["multiscales"] = [{
        "version": "0.4", "name": name, "datasets": datasets,
        "axes": [{"name": a, "type": kinds[a], **({"unit": "micrometer"} if a in "yx" else {})} for a in axes]}]


def planes(image):
    return np.moveaxis(image, 2, 0)


def five(image):
    """t, c, z, y, x with three focal planes, of which the middle one is the sharp one."""
    sharp = planes(image)[None, :, None]
    return np.concatenate([sharp // 2, sharp, sharp // 3], axis=2)


write("blosc-lz4", "cyx", planes, (1, 64, 64), numcodecs.Blosc("lz4", 5, numcodecs.Blosc.SHUFFLE))
write("blosc-zstd-bits", "yxc", lambda image: image, (48, 80, 3), numcodecs.Blosc("zstd", 5, numcodecs.Blosc.BITSHUFFLE, blocksize=2048))
write("zlib", "tczyx", five, (1, 3, 1, 64, 64), numcodecs.Zlib(6), separator=".", root="0")
write("zstd", "cyx", planes, (3, 32, 200), numcodecs.Zstd(3))
write("gzip", "cyx", planes, (2, 64, 64), numcodecs.GZip(5), fill=255)
write("raw", "cyx", planes, (3, 64, 64), None)
