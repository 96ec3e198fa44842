#!/usr/bin/env python3
"""Makes the TIFF slides of this folder with tifffile, which is not this project's code, from a region of
CMU-1-Small-Region.svs (OpenSlide's test data, CC0) that OpenSlide reads. Beside each slide lie its levels as it should be
read, NAME-LEVEL.npy. Debian: apt-get install python3-tifffile libopenslide0. Usage: make_tiff.py CMU-1-Small-Region.svs"""
import ctypes
import sys

import numpy as np
import tifffile


def region(path, x, y, width, height):
    """RGB of level 0, by OpenSlide."""
    lib = ctypes.CDLL("libopenslide.so.0")
    lib.openslide_open.restype = ctypes.c_void_p
    slide = lib.openslide_open(path.encode())
    argb = np.zeros((height, width), np.uint32)
    lib.openslide_read_region(ctypes.c_void_p(slide), argb.ctypes.data_as(ctypes.c_void_p), ctypes.c_int64(x),
                              ctypes.c_int64(y), ctypes.c_int32(0), ctypes.c_int64(width), ctypes.c_int64(height))
    return np.stack([(argb >> 16) & 255, (argb >> 8) & 255, argb & 255], axis=-1).astype(np.uint8)


def half(image):
    h, w = image.shape[0] // 2, image.shape[1] // 2
    blocks = image[:2 * h, :2 * w].reshape(h, 2, w, 2, 3).astype(np.uint16)
    return ((blocks.sum(axis=(1, 3)) + 2) // 4).astype(np.uint8)


def expect(name, levels):
    for i, level in enumerate(levels):
        np.save(f"{name}-{i}.npy", level)


def ome(name, levels, to_planes, axes, **how):
    """A pyramid whose smaller levels are sub-directories, as Bio-Formats and tifffile write it."""
    scale = {"axes": axes, "PhysicalSizeX": 0.499, "PhysicalSizeXUnit": "µm", "PhysicalSizeY": 499, "PhysicalSizeYUnit": "nm"}
    with tifffile.TiffWriter(name + ".ome.tif", ome=True) as out:
        common = dict(tile=(64, 64), compression="zlib", **how)
        out.write(to_planes(levels[0]), subifds=len(levels) - 1, metadata=scale, **common)
        for level in levels[1:]:
            out.write(to_planes(level), subfiletype=1, **common)
        label = np.zeros((40, 60, 3), np.uint8)
        out.write(label, photometric="rgb", metadata={"axes": "YXS", "Name": "label"})


PHILIPS = """<?xml version="1.0" encoding="UTF-8" ?>
<DataObject ObjectType="DPUfsImport">
 <Attribute Name="DICOM_MANUFACTURER" Group="0x0008" Element="0x0070" PMSVR="IString">PHILIPS</Attribute>
 <Attribute Name="PIM_DP_SCANNED_IMAGES" Group="0x301D" Element="0x1003" PMSVR="IDataObjectArray"><Array>
  <DataObject ObjectType="DPScannedImage">
   <Attribute Name="DICOM_PIXEL_SPACING" Group="0x0028" Element="0x0030" PMSVR="IDoubleArray">"0.00025" "0.00025"</Attribute>
   <Attribute Name="PIIM_PIXEL_DATA_REPRESENTATION_SEQUENCE" Group="0x1001" Element="0x8B01" PMSVR="IDataObjectArray"><Array>
%s
   </Array></Attribute>
   <Attribute Name="PIM_DP_IMAGE_TYPE" Group="0x301D" Element="0x1004" PMSVR="IString">WSI</Attribute>
  </DataObject>
 </Array></Attribute>
</DataObject>"""
PHILIPS_LEVEL = """    <DataObject ObjectType="PixelDataRepresentation">
     <Attribute Name="DICOM_PIXEL_SPACING" Group="0x0028" Element="0x0030" PMSVR="IDoubleArray">"%g" "%g"</Attribute>
     <Attribute Name="PIIM_PIXEL_DATA_REPRESENTATION_NUMBER" Group="0x1001" Element="0x8B02" PMSVR="IUInt16">%d</Attribute>
    </DataObject>"""


def philips(name, levels):
    """Levels rounded up to whole tiles of 64 px; the tile without tissue is not stored."""
    text = PHILIPS % "\n".join(PHILIPS_LEVEL % (0.00025 * 2**i, 0.00025 * 2**i, i) for i in range(len(levels)))
    with tifffile.TiffWriter(name + ".tiff") as out:
        for i, level in enumerate(levels):
            out.write(level, photometric="rgb", tile=(64, 64), compression="zlib", software="Philips DP v1.0",
                      description=text if i == 0 else "", metadata=None, subfiletype=0 if i == 0 else 1)


def stack(base):
    """Two times, three focal planes and four channels of 48 x 40 px, every plane another one; and the same half as large."""
    crop = base[60:100, 80:128].astype(np.int32)
    fine = np.stack([np.stack([np.stack([crop[..., c % 3] * (4 - c) // 4 + 7 * z + 20 * t for c in range(4)]) for z in range(3)])
                     for t in range(2)]).astype(np.uint8)
    coarse = np.ascontiguousarray(fine[..., ::2, ::2])
    expect("stack", [fine, coarse])
    scale = {"axes": "TZCYX", "PhysicalSizeX": 0.499, "PhysicalSizeXUnit": "µm", "Channel": {"Name": ["DAPI", "CD3", "CD8", "PanCK"]}}
    with tifffile.TiffWriter("stack.ome.tif", ome=True) as out:
        common = dict(tile=(16, 16), compression="zlib", photometric="minisblack")
        out.write(fine, subifds=1, metadata=scale, **common)
        out.write(coarse, subfiletype=1, **common)


def main():
    base = region(sys.argv[1], 700, 1100, 201, 155)
    levels = [base, half(base), half(half(base))]
    expect("region", levels)
    ome("rgb", levels, lambda image: image, "YXS", photometric="rgb")
    ome("planes", levels, lambda image: np.moveaxis(image, 2, 0), "CYX", photometric="minisblack")
    ome("separate", levels, lambda image: np.moveaxis(image, 2, 0), "CYX", photometric="rgb", planarconfig="separate")
    blurred = lambda image: image // 2 + 40
    ome("focus", levels, lambda image: np.stack([blurred(image), image, blurred(image)]), "ZYXS", photometric="rgb")
    stack(base)
    padded = region(sys.argv[1], 700, 1100, 192, 128)
    pyramid = [padded, half(padded), half(half(padded))]
    expect("philips", pyramid)
    # The last level has 48 x 32 pixels and is stored as 64 x 64.
    philips("philips", pyramid[:2] + [np.pad(pyramid[2], ((0, 32), (0, 16), (0, 0)), constant_values=255)])


main()
