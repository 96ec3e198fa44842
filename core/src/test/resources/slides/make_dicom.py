#!/usr/bin/env python3
"""Makes the DICOM series of this folder with pydicom and Pillow, which are not this project's code, from the pixels that
make_tiff.py left (region-0.npy and so on). A series is a folder: a file per level, a label and an overview beside them. Series
whose compression loses something have their own NAME-LEVEL.npy, decoded by Pillow. Debian: apt-get install python3-pydicom
python3-pil. Usage: make_dicom.py"""
import io
import os

import numpy as np
import pydicom
from PIL import Image
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.pixel_data_handlers.rle_handler import rle_encode_frame
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEG2000, JPEGBaseline8Bit, RLELossless

TILE = 64
ROOT = "1.2.826.0.1.3680043.8.498."


def items(**values):
    item = Dataset()
    for name, value in values.items():
        setattr(item, name, value)
    return item


def code(value, scheme, meaning):
    return items(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def base(series, number, image_type, syntax):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.77.1.6"
    meta.MediaStorageSOPInstanceUID = f"{ROOT}{series}.{number}"
    meta.TransferSyntaxUID = syntax
    ds = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    ds.is_little_endian, ds.is_implicit_VR = True, syntax == ImplicitVRLittleEndian
    ds.SOPClassUID, ds.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    ds.ImageType = image_type
    ds.Modality, ds.Manufacturer, ds.ManufacturerModelName = "SM", "Made", "Scanner 1"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = ROOT + "1", f"{ROOT}{series}"
    ds.FrameOfReferenceUID = f"{ROOT}{series}.99"
    stain = items(ConceptNameCodeSequence=Sequence([code("424361007", "SCT", "Using substance")]),
                  ConceptCodeSequence=Sequence([code("12710003", "SCT", "hematoxylin stain")]), ValueType="CODE")
    ds.SpecimenDescriptionSequence = Sequence([items(SpecimenIdentifier="S1", SpecimenPreparationSequence=Sequence(
        [items(SpecimenPreparationStepContentItemSequence=Sequence([stain]))]))])
    return ds


def tiles_of(level):
    """Tiles row by row; those at the edge reach beyond the image in white."""
    h, w = level.shape[:2]
    rows, columns = -(-h // TILE), -(-w // TILE)
    padded = np.pad(level, ((0, rows * TILE - h), (0, columns * TILE - w), (0, 0)), constant_values=255)
    return [((x, y), padded[y:y + TILE, x:x + TILE]) for y in range(0, rows * TILE, TILE) for x in range(0, columns * TILE, TILE)]


def jpeg(tile, **how):
    out = io.BytesIO()
    Image.fromarray(tile).save(out, "JPEG", quality=90, **how)
    return out.getvalue()


def jpeg2000(tile):
    out = io.BytesIO()
    Image.fromarray(tile).save(out, "JPEG2000", no_jp2=True, mct=1, irreversible=True, quality_mode="rates", quality_layers=[8])
    return out.getvalue()


def rle(tile):
    return rle_encode_frame(np.ascontiguousarray(tile))


def decoded(frame):
    return np.asarray(Image.open(io.BytesIO(frame)).convert("RGB"))


def level_file(folder, series, number, level, how):
    ds = base(series, number, ["DERIVED", "PRIMARY", "VOLUME", "NONE" if number == 0 else "RESAMPLED"], how["syntax"])
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 3, how["photometric"]
    ds.PlanarConfiguration = how.get("planar", 0)
    ds.Rows = ds.Columns = TILE
    ds.BitsAllocated = ds.BitsStored = 8
    ds.HighBit, ds.PixelRepresentation = 7, 0
    ds.TotalPixelMatrixColumns, ds.TotalPixelMatrixRows = level.shape[1], level.shape[0]
    ds.ImagedVolumeWidth, ds.ImagedVolumeHeight = 201 * 0.000499, 155 * 0.000499
    spacing = [0.000499 * 2**number] * 2
    ds.SharedFunctionalGroupsSequence = Sequence([items(PixelMeasuresSequence=Sequence([items(PixelSpacing=spacing)]))])
    ds.NumberOfOpticalPaths, ds.TotalPixelMatrixFocalPlanes = 1, how.get("planes", 1)
    ds.OpticalPathSequence = Sequence([items(OpticalPathIdentifier="1", ObjectiveLensPower=20)])
    places = tiles_of(level)
    if how["sparse"]:
        kept = [place for place in places if how["keep"](place)]
        ds.DimensionOrganizationType = "TILED_SPARSE"
        ds.PerFrameFunctionalGroupsSequence = Sequence([items(PlanePositionSlideSequence=Sequence([items(
            ColumnPositionInTotalImagePixelMatrix=x + 1, RowPositionInTotalImagePixelMatrix=y + 1,
            ZOffsetInSlideCoordinateSystem=0.0)])) for (x, y), _ in kept[::-1]])
        places = kept[::-1]  # any order will do
    else:
        ds.DimensionOrganizationType = "TILED_FULL"
    stack = [tile for _, tile in places]
    if how.get("planes", 1) == 3:
        stack = [tile // 2 for tile in stack] + stack + [tile // 3 for tile in stack]
    ds.NumberOfFrames = len(stack)
    frames = [how["encode"](tile) for tile in stack] if how.get("encode") else None
    if frames is None:
        ordered = [tile.transpose(2, 0, 1) if ds.PlanarConfiguration else tile for tile in stack]
        ds.PixelData = b"".join(np.ascontiguousarray(tile).tobytes() for tile in ordered)
    else:
        ds.PixelData = encapsulate(frames, has_bot=how.get("table", True))
        ds["PixelData"].is_undefined_length = True
    ds.save_as(f"{folder}/level{number}.dcm", write_like_original=False)
    seen = np.full(level.shape, 255, np.uint8)
    for i, ((x, y), tile) in enumerate(places):
        shown = decoded(frames[i]) if how.get("lossy") else tile
        h, w = min(TILE, level.shape[0] - y), min(TILE, level.shape[1] - x)
        seen[y:y + h, x:x + w] = shown[:h, :w]
    return seen


def beside(folder, series):
    for number, kind in ((90, "LABEL"), (91, "OVERVIEW")):
        ds = base(series, number, ["ORIGINAL", "PRIMARY", kind, "NONE"], ExplicitVRLittleEndian)
        ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PlanarConfiguration = 3, "RGB", 0
        ds.Rows, ds.Columns, ds.NumberOfFrames = 8, 12, 1
        ds.BitsAllocated = ds.BitsStored = 8
        ds.HighBit, ds.PixelRepresentation = 7, 0
        ds.TotalPixelMatrixColumns, ds.TotalPixelMatrixRows = 12, 8
        ds.PixelData = bytes(8 * 12 * 3)
        ds.save_as(f"{folder}/{kind.lower()}.dcm", write_like_original=False)


def main():
    levels = [np.load(f"region-{i}.npy") for i in range(3)]
    every = lambda place: True
    some = lambda place: place[0] != (64, 64)
    kinds = {
        "plain": dict(syntax=ExplicitVRLittleEndian, photometric="RGB", sparse=False),
        "implicit": dict(syntax=ImplicitVRLittleEndian, photometric="RGB", planar=1, sparse=True, keep=every),
        "rle": dict(syntax=RLELossless, photometric="RGB", sparse=False, encode=rle),
        "focus": dict(syntax=RLELossless, photometric="RGB", sparse=False, encode=rle, planes=3, table=False),
        "jpeg": dict(syntax=JPEGBaseline8Bit, photometric="YBR_FULL_422", sparse=False, encode=jpeg, lossy=True),
        "sparse": dict(syntax=JPEGBaseline8Bit, photometric="YBR_FULL_422", sparse=True, keep=some, encode=jpeg, lossy=True,
                       table=False),
        "j2k": dict(syntax=JPEG2000, photometric="YBR_ICT", sparse=False, encode=jpeg2000, lossy=True),
    }
    for series, (name, how) in enumerate(kinds.items(), start=10):
        os.makedirs(f"dicom/{name}", exist_ok=True)
        seen = [level_file(f"dicom/{name}", series, i, level, how) for i, level in enumerate(levels)]
        beside(f"dicom/{name}", series)
        if how.get("lossy"):
            for i, level in enumerate(seen):
                np.save(f"dicom-{name}-{i}.npy", level)


main()
