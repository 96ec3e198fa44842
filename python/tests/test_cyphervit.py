"""With a stand-in for the program, and, where CYPHERVIT names the real one, the whole journey on drawn tiles."""


import os
import stat
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import numpy as np  # noqa: E402

import cyphervit  # noqa: E402


def stand_in(folder: Path, body: str) -> Path:
    file = folder / "stand-in"
    file.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file


class StandIn(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def enterContext(self, context):  # Python 3.11 has it; 3.9 does not
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value

    def test_a_missing_program_is_named_with_the_remedy(self) -> None:
        with self.assertRaisesRegex(cyphervit.NotFoundError, "no-such-program.*CYPHERVIT"):
            cyphervit.App("no-such-program")

    def test_words_of_a_command_and_its_result(self) -> None:
        file = self.folder / "words.json"
        body = f"""printf '%s\\n' "$@" > {self.folder}/words; echo progress >&2; echo noise; echo '{{"a": 1}}'"""
        app = cyphervit.App(stand_in(self.folder, body), quiet=True)
        run = app.pretrain(
            "tiles here", "runs/x", settings={"run.steps": 3, "backbone.tokens": [8, 4]}, method="dino", resume=True
        )
        self.assertEqual(run.result, {"a": 1})
        self.assertFalse(file.exists())
        self.assertEqual(
            (self.folder / "words").read_text().splitlines(),
            ["pretrain", "--data", "tiles here", "--set", "run.steps=3", "--set", "backbone.tokens=[8, 4]", "--out"]
            + ["runs/x", "--method", "dino", "--resume", "--json"],
        )

    def test_an_error_has_the_words_and_the_code_of_the_command(self) -> None:
        app = cyphervit.App(stand_in(self.folder, "echo 'cyphervit: No tiles. Name some.' >&2; exit 2"), quiet=True)
        with self.assertRaises(cyphervit.CommandError) as caught:
            app.doctor()
        self.assertEqual(caught.exception.exit_code, 2)
        self.assertIn("No tiles. Name some.", str(caught.exception))

    def test_features_and_their_tiles_are_read_together(self) -> None:
        np.save(self.folder / "features.npy", np.arange(6, dtype=np.float32).reshape(3, 2))
        (self.folder / "index.csv").write_text("row,tile,class\n0,a.png,x\n1,b.png,y\n2,c.png,x\n")
        features = cyphervit.read_features(self.folder)
        self.assertEqual(features.names, ["a.png", "b.png", "c.png"])
        self.assertEqual(features.columns["class"], ["x", "y", "x"])
        self.assertEqual(features.values.shape, (3, 2))
        (self.folder / "index.csv").write_text("row,tile\n0,a.png\n")
        with self.assertRaisesRegex(ValueError, "3 features and 1 rows"):
            cyphervit.read_features(self.folder)


@unittest.skipUnless(os.environ.get("CYPHERVIT"), "CYPHERVIT names no program")
class Journey(unittest.TestCase):
    """Tile, pretrain, evaluate, embed, export and report as a user of Python tools would."""

    def test_from_a_slide_to_its_tiles(self) -> None:
        app = cyphervit.App(quiet=True)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            slide = draw_slide(folder / "case 1.bmp")
            result = app.tile(slide, folder / "tiles", mpp=0.5, size=64, no_quality=True)
            self.assertEqual(result["slides"], 1)
            self.assertGreater(result["tiles"], 10)
            self.assertEqual(len(list((folder / "tiles" / "tiles").rglob("*.jpg"))), result["tiles"])
            run = app.pretrain(
                folder / "tiles" / "tiles", folder / "run", method="simclr", backbone="vit_nano",
                settings={"run.steps": 2, "run.batch": 4, "backbone.width": 24, "backbone.depth": 1},
            )
            features = app.embed(folder / "tiles" / "tiles", run, folder / "features", format="h5")
            self.assertEqual(len(features), result["tiles"])
            with self.assertRaisesRegex(cyphervit.CommandError, "mpp"):
                app.tile(slide, folder / "unscaled")

    def test_from_tiles_to_features(self) -> None:
        app = cyphervit.App(quiet=True)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            tiles = draw_tiles(folder / "tiles")
            run = app.pretrain(
                tiles, folder / "run", method="simclr", backbone="vit_nano",
                settings={"run.steps": 3, "run.batch": 8, "backbone.width": 24, "backbone.depth": 1},
            )
            self.assertTrue(run.encoder.exists())
            metrics = run.metrics()
            self.assertEqual(len(metrics["loss"]), 3)
            result = app.evaluate("knn", encoder=run, data=tiles, k=1)
            self.assertGreaterEqual(result["trained"]["accuracy"], 0)
            for format in ("npy", "h5"):
                features = app.embed(tiles, run, folder / format, format=format)
                self.assertEqual(features.values.shape, (16, 24))
                self.assertEqual(len(set(features.names)), 16)
                self.assertTrue(np.isfinite(features.values).all())
            app.export("onnx", run, folder / "onnx")
            self.assertTrue(any((folder / "onnx").iterdir()))
            with self.assertRaisesRegex(cyphervit.CommandError, "no-such-folder"):
                app.embed("no-such-folder", run, folder / "none")


def write_bmp(file: Path, pixels: np.ndarray) -> None:
    """Rows x columns x 3, a multiple of four columns; uncompressed BMP needs no library."""
    rows, columns, _ = pixels.shape
    header = b"BM" + (54 + pixels.size).to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little")
    info = (40).to_bytes(4, "little") + columns.to_bytes(4, "little") + rows.to_bytes(4, "little")
    info += (1).to_bytes(2, "little") + (24).to_bytes(2, "little") + bytes(24)
    file.write_bytes(header + info + pixels.astype(np.uint8).tobytes())


def draw_slide(file: Path) -> Path:
    """A round piece of pink and violet noise on white glass."""
    random = np.random.default_rng(1)
    side = 512
    y, x = np.mgrid[:side, :side] - side / 2
    tissue = (x * x + y * y < (0.42 * side) ** 2)[..., None]
    stain = np.array([180, 110, 190]) + 30 * random.standard_normal((side, side, 3))
    write_bmp(file, np.clip(np.where(tissue, stain, 245), 0, 255))
    return file


def draw_tiles(folder: Path) -> Path:
    """Two classes of eight noisy tiles."""
    random = np.random.default_rng(0)
    for label, level in (("pink", 200), ("violet", 120)):
        (folder / label).mkdir(parents=True)
        for i in range(8):
            write_bmp(folder / label / f"{i}.bmp", np.clip(level + 40 * random.standard_normal((48, 48, 3)), 0, 255))
    return folder


if __name__ == "__main__":
    unittest.main()
