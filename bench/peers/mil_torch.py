"""Peer of `cyphervit bench slides`: an epoch of gated attention over bags of random features, a plain PyTorch loop.

Usage: mil_torch.py [SLIDES] [TILES] [WIDTH] [FILES]   (defaults 100 10000 384 20)
Needs Python 3, torch, h5py. The features lie in h5 files, as for the program, and are read anew for every slide.
"""
import os
import sys
import tempfile
import time

import h5py
import torch
from torch import nn


class GatedAttention(nn.Module):
    """Ilse 2018, Eq. 9, with dropout where the program has it."""

    def __init__(self, width, attention=128, classes=2, dropout=0.25):
        super().__init__()
        self.v = nn.Sequential(nn.Linear(width, attention), nn.Tanh(), nn.Dropout(dropout))
        self.u = nn.Sequential(nn.Linear(width, attention), nn.Sigmoid(), nn.Dropout(dropout))
        self.w = nn.Linear(attention, 1)
        self.classifier = nn.Linear(width, classes)

    def forward(self, x):
        scores = self.w(self.v(x) * self.u(x)).t()
        return self.classifier(torch.softmax(scores, 1) @ x)


def main():
    slides, tiles, width, files = [int(a) for a in sys.argv[1:]] + [100, 10000, 384, 20][len(sys.argv) - 1:]
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for f in range(min(files, slides)):
            path = os.path.join(folder, f"slide-{f}.h5")
            with h5py.File(path, "w") as h5:
                h5["features"] = torch.randn(tiles, width).numpy()
            paths.append(path)
        model = GatedAttention(width)
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=1e-2)
        loss = nn.CrossEntropyLoss()

        def step(s):
            with h5py.File(paths[s % len(paths)], "r") as h5:
                x = torch.from_numpy(h5["features"][:])
            x = (x - 0.0) / 1.0  # the program scales features, too
            optimizer.zero_grad()
            loss(model(x), torch.tensor([s % 2])).backward()
            optimizer.step()

        step(0)
        step(1)
        begun, cpu = time.time(), time.process_time()
        for s in torch.randperm(slides).tolist():
            step(s)
        seconds = time.time() - begun
        print(f"{slides} slides of {tiles} x {width}: {seconds:.1f} s, {slides / seconds:.1f} slides/s, "
              f"processor {time.process_time() - cpu:.1f} s, {torch.get_num_threads()} threads")


if __name__ == "__main__":
    main()
