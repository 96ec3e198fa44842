"""Peer of embedding: the forward pass of a ViT-S/16 at 224 px in eager PyTorch, random images.

usage: embed_torch.py [BATCH=16] [STEPS=5] [fp32|bf16] [cpu|cuda]

On cuda as a program would have it that feeds a GPU: bytes through page-locked memory, normalised there, features read back.
"""
import json, sys, time
import torch
from vit_torch import ViT

BATCH = int(sys.argv[1]) if len(sys.argv) > 1 else 16
STEPS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
BF16 = len(sys.argv) > 3 and sys.argv[3] == "bf16"
DEVICE = sys.argv[4] if len(sys.argv) > 4 else "cpu"

model = ViT().eval().to(DEVICE)
if DEVICE == "cpu":
    images = torch.randn(BATCH, 3, 224, 224)
else:
    bytes_ = torch.randint(256, (BATCH, 3, 224, 224), dtype=torch.uint8)
    mean, std = (torch.tensor(v, device=DEVICE).view(3, 1, 1) for v in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))


def features():
    if DEVICE == "cpu":
        return model(images)
    seen = bytes_.pin_memory().to(DEVICE, non_blocking=True).float()
    return model((seen / 255 - mean) / std).float().cpu()


wall, cpu = [], []
with torch.inference_mode(), torch.autocast(DEVICE, torch.bfloat16, enabled=BF16):
    for i in range(STEPS + 2):
        before, used = time.perf_counter(), time.process_time()
        features()
        wall.append(time.perf_counter() - before)
        cpu.append(time.process_time() - used)
wall, cpu = sorted(wall[2:]), sorted(cpu[2:])
print(json.dumps({"images_per_second": BATCH / wall[STEPS // 2], "cpu_ms_per_image": cpu[STEPS // 2] / BATCH * 1e3}))
