"""Peer of the view pipeline: the same augmentations with Pillow and NumPy, one process, one core.

usage: views_pil.py FOLDER [TILES=200] [LOCALS=2]

As org.cyphervit.augment draws them for `bench views`: per tile 2 global views of 224 px (area 0.4 to 1) and LOCALS views of 96 px
(area 0.05 to 0.4), each by random resized crop (averaged where it shrinks, bicubic where it grows), flips and transposition,
stain jitter in optical density, brightness, contrast, saturation and hue in random order, grey, and Gaussian blur; uint8 pixels,
not normalised. Nothing is done here that the program does not do, and nothing is left out.
"""
import json, math, pathlib, random, sys, time
import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

FOLDER = pathlib.Path(sys.argv[1])
TILES = int(sys.argv[2]) if len(sys.argv) > 2 else 200
LOCALS = int(sys.argv[3]) if len(sys.argv) > 3 else 2
# Haematoxylin, eosin, and what is orthogonal to both: org.cyphervit.stain.StainVectors.
STAINS = np.array([[0.650, 0.704, 0.286], [0.072, 0.990, 0.105], [-0.332, -0.076, 0.940]])
UNMIX = np.linalg.inv(STAINS)
OPTICAL_DENSITY = -np.log((np.arange(256, dtype=np.float32) + 1) / 256)
rng = random.Random(0)


def crop(tile, size, low, high):
    W, H = tile.size
    for _ in range(10):
        area = W * H * rng.uniform(low, high)
        aspect = math.exp(rng.uniform(math.log(3 / 4), math.log(4 / 3)))
        w, h = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
        if 1 <= w <= W and 1 <= h <= H:
            x, y = rng.randint(0, W - w), rng.randint(0, H - h)
            break
    else:
        w = h = min(W, H)
        x, y = (W - w) // 2, (H - h) // 2
    if (w, h) == (size, size):
        return tile.crop((x, y, x + w, y + h))
    kind = Image.BOX if w > size and h > size else Image.BICUBIC
    return tile.resize((size, size), kind, (x, y, x + w, y + h))


def stain(image, strength):
    """OD' = OD . U diag(a) S + b S"""
    scale = [1 + strength * rng.uniform(-1, 1) for _ in range(3)]
    shift = [0.2 * strength * rng.uniform(-1, 1) for _ in range(3)]
    matrix = (UNMIX @ np.diag(scale) @ STAINS).astype(np.float32)
    density = OPTICAL_DENSITY[np.asarray(image)] @ matrix + (np.array(shift) @ STAINS).astype(np.float32)
    light = 256 * np.exp(-density) - 1
    return Image.fromarray(np.clip(light + 0.5, 0, 255).astype(np.uint8))


def hue(image, turn):
    h, s, v = image.convert("HSV").split()
    shift = round(255 * turn)
    return Image.merge("HSV", (h.point([(i + shift) % 256 for i in range(256)]), s, v)).convert("RGB")


def jitter(image):
    changes = [
        lambda x, f=rng.uniform(0.7, 1.3): ImageEnhance.Brightness(x).enhance(f),
        lambda x, f=rng.uniform(0.7, 1.3): ImageEnhance.Contrast(x).enhance(f),
        lambda x, f=rng.uniform(0.8, 1.2): ImageEnhance.Color(x).enhance(f),
        lambda x, t=rng.uniform(-0.1, 0.1): hue(x, t),
    ]
    rng.shuffle(changes)
    for change in changes:
        image = change(image)
    return image


def view(tile, size, low, high, blur):
    image = crop(tile, size, low, high)
    for flip in (Image.FLIP_LEFT_RIGHT, Image.FLIP_TOP_BOTTOM, Image.TRANSPOSE):
        if rng.random() < 0.5:
            image = image.transpose(flip)
    if rng.random() < 0.8:
        image = stain(image, 0.3)
    if rng.random() < 0.8:
        image = jitter(image)
    if rng.random() < 0.1:
        image = image.convert("L").convert("RGB")
    if rng.random() < blur:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.1, 2.0) * min(1, size / 224)))
    return np.asarray(image)


files = sorted(f for f in FOLDER.rglob("*") if f.suffix.lower() in (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp"))
if not files:
    sys.exit(f"There are no tiles in {FOLDER}.")
rng.shuffle(files)
files = [files[i % len(files)] for i in range(TILES + 5)]
for i, file in enumerate(files):
    if i == 5:  # the first are not timed
        wall, cpu = time.perf_counter(), time.process_time()
    tile = Image.open(file).convert("RGB")
    view(tile, 224, 0.4, 1.0, 0.5)
    view(tile, 224, 0.4, 1.0, 0.1)
    for _ in range(LOCALS):
        view(tile, 96, 0.05, 0.4, 0.3)
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
print(json.dumps({"images_per_second": TILES / wall, "cpu_ms_per_image": cpu / TILES * 1e3}))
