"""Peer of the view pipeline: the augmentations of the histology multi-crop with Pillow, one process, one core.

usage: views_pil.py FOLDER [TILES=200] [LOCALS=2]

Per tile: JPEG or PNG decoding, 2 global views of 224 px (area 0.4 to 1) and LOCALS views of 96 px (area 0.05 to 0.4), each by
random resized crop (bicubic), flips and quarter turns, stain jitter in optical density (Ruifrok's matrix), brightness and
contrast, Gaussian blur, solarize, and normalisation to a float32 array of planes.
"""
import json, math, pathlib, random, sys, time
import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

FOLDER = pathlib.Path(sys.argv[1])
TILES = int(sys.argv[2]) if len(sys.argv) > 2 else 200
LOCALS = int(sys.argv[3]) if len(sys.argv) > 3 else 2
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)
STAINS = np.array([[0.65, 0.70, 0.29], [0.07, 0.99, 0.11], [0.27, 0.57, 0.78]], np.float32)
UNMIX = np.linalg.inv(STAINS).astype(np.float32)
rng = random.Random(0)


def crop(image, size, low, high):
    width, height = image.size
    for _ in range(10):
        area = width * height * rng.uniform(low, high)
        aspect = math.exp(rng.uniform(math.log(3 / 4), math.log(4 / 3)))
        w, h = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
        if 0 < w <= width and 0 < h <= height:
            x, y = rng.randint(0, width - w), rng.randint(0, height - h)
            return image.resize((size, size), Image.BICUBIC, (x, y, x + w, y + h))
    return ImageOps.fit(image, (size, size), Image.BICUBIC)


def stain(image):
    density = -np.log10((np.asarray(image, np.float32) + 1) / 256)
    amounts = density.reshape(-1, 3) @ UNMIX
    amounts *= np.array([rng.uniform(0.8, 1.2) for _ in range(3)], np.float32)
    pixels = np.power(10, -(amounts @ STAINS)) * 256 - 1
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8).reshape(*density.shape))


def view(tile, size, low, high, blur, solarize):
    image = crop(tile, size, low, high)
    if rng.random() < 0.5:
        image = image.transpose(Image.FLIP_LEFT_RIGHT)
    if rng.random() < 0.5:
        image = image.transpose(Image.FLIP_TOP_BOTTOM)
    if rng.random() < 0.5:
        image = image.transpose(Image.TRANSPOSE)
    if rng.random() < 0.8:
        image = stain(image)
        image = ImageEnhance.Brightness(image).enhance(rng.uniform(0.8, 1.2))
        image = ImageEnhance.Contrast(image).enhance(rng.uniform(0.8, 1.2))
    if rng.random() < blur:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.1, 2.0) * min(1, size / 224)))
    if rng.random() < solarize:
        image = ImageOps.solarize(image, 128)
    pixels = (np.asarray(image, np.float32) / 255 - MEAN) / STD
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))


files = sorted(f for f in FOLDER.rglob("*") if f.suffix.lower() in (".jpg", ".jpeg", ".png", ".tif"))
rng.shuffle(files)
files = [files[i % len(files)] for i in range(TILES + 5)]
for i, file in enumerate(files):
    if i == 5:  # the first are not timed
        wall, cpu = time.perf_counter(), time.process_time()
    tile = Image.open(file).convert("RGB")
    view(tile, 224, 0.4, 1.0, 1.0, 0.0)
    view(tile, 224, 0.4, 1.0, 0.1, 0.2)
    for _ in range(LOCALS):
        view(tile, 96, 0.05, 0.4, 0.5, 0.0)
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
print(json.dumps({"images_per_second": TILES / wall, "cpu_ms_per_image": cpu / TILES * 1e3}))
