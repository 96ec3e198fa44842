"""Peer of `bench embed`: the forward pass of a ViT in PyTorch, random images.

On cuda as a program would have it that feeds a GPU: bytes through page-locked memory, normalised there, features read back.
"""
import argparse, json, resource, time
import torch
from vit_torch import WIDTH_DEPTH_HEADS, ViT

options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
options.add_argument("--backbone", default="vit_small", choices=WIDTH_DEPTH_HEADS)
options.add_argument("--patch", type=int, default=16)
options.add_argument("--size", type=int, default=224)
options.add_argument("--batch", type=int, default=16)
options.add_argument("--steps", type=int, default=10)
options.add_argument("--precision", default="fp32", choices=["fp32", "bf16"])
options.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
options.add_argument("--compile", action="store_true", help="torch.compile the network")
o = options.parse_args()
B, S, WARM_UP = o.batch, o.size, 2

model = ViT(o.backbone, o.patch, S).eval().to(o.device)
if o.compile:
    model.compile()
if o.device == "cpu":
    images = torch.randn(B, 3, S, S)
else:
    bytes_ = torch.randint(256, (B, 3, S, S), dtype=torch.uint8)
    mean, std = (torch.tensor(v, device="cuda").view(3, 1, 1) for v in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))


def features():
    if o.device == "cpu":
        return model(images)
    seen = bytes_.pin_memory().to("cuda", non_blocking=True).float()
    return model((seen / 255 - mean) / std).float().cpu()


wall, cpu = [], []
with torch.inference_mode(), torch.autocast(o.device, torch.bfloat16, enabled=o.precision == "bf16"):
    for i in range(o.steps + WARM_UP):
        before, used = time.perf_counter(), time.process_time()
        features()
        wall.append(time.perf_counter() - before)
        cpu.append(time.process_time() - used)
wall, cpu = sorted(wall[WARM_UP:]), sorted(cpu[WARM_UP:])
print(json.dumps({"images_per_second": B / wall[o.steps // 2], "cpu_ms_per_image": cpu[o.steps // 2] / B * 1e3,
                  "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
