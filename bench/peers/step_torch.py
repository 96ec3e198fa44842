"""Peer of `bench step`: one training step of a ViT on random images in PyTorch.

dino, ibot and dinov2 see 2 views of --size pixels and --local-crops of --local-size, simclr and moco 2 views, mae and supervised 1. As
an expert would write it: fused AdamW, foreach clipping and moving average; --compile lets torch.compile have the networks.
"""
import argparse, json, time
import torch
from methods_torch import METHODS
from vit_torch import WIDTH_DEPTH_HEADS

options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
options.add_argument("method", choices=METHODS)
options.add_argument("--backbone", default="vit_small", choices=WIDTH_DEPTH_HEADS)
options.add_argument("--patch", type=int, default=16)
options.add_argument("--size", type=int, default=224)
options.add_argument("--local-size", type=int, default=96)
options.add_argument("--local-crops", type=int, default=2)
options.add_argument("--out", type=int, help="prototypes or width of projections; default: the method's")
options.add_argument("--hidden", type=int, help="width within the projector; default: the method's")
options.add_argument("--batch", type=int, default=4)
options.add_argument("--steps", type=int, default=10)
options.add_argument("--precision", default="fp32", choices=["fp32", "bf16"])
options.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
options.add_argument("--compile", action="store_true", help="torch.compile student and teacher")
o = options.parse_args()
WARM_UP = 5 if o.compile else 2  # compiled graphs are made in the first steps, and again where a shape turns out to vary
torch.manual_seed(0)
torch.set_default_device(o.device)
wait = torch.cuda.synchronize if o.device == "cuda" else lambda: None
method = METHODS[o.method](o)
if o.compile:
    method.compile()
parameters = [p for p in method.student.parameters() if p.requires_grad]
optimizer = torch.optim.AdamW(parameters, 1e-4, weight_decay=0.04, fused=True)
wall, cpu = [], []
for _ in range(o.steps + WARM_UP):
    groups = method.images()
    wait()
    before, used = time.perf_counter(), time.process_time()
    with torch.autocast(o.device, torch.bfloat16, enabled=o.precision == "bf16"):
        scores = method.forward(groups)
    method.loss(scores).backward()
    if method.clip:
        gradients = [p.grad for p in parameters]
        factors = (method.clip / (torch.stack(torch._foreach_norm(gradients)) + 1e-6)).clamp_(max=1)
        torch._foreach_mul_(gradients, list(factors.unbind()))
    optimizer.step()
    optimizer.zero_grad()
    method.after()
    wait()
    wall.append(time.perf_counter() - before)
    cpu.append(time.process_time() - used)
wall, cpu = sorted(wall[WARM_UP:]), sorted(cpu[WARM_UP:])
middle = wall[o.steps // 2]
print(json.dumps({"images_per_second": o.batch / middle, "ms_per_step": middle * 1e3,
                  "cpu_ms_per_image": cpu[o.steps // 2] / o.batch * 1e3}))
