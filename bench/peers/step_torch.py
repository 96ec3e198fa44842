"""Peer of `bench step`: one training step of a ViT-S/16 on random images in eager PyTorch.

usage: step_torch.py METHOD [BATCH=4] [STEPS=5] [fp32|bf16] [LOCALS=2] [cpu|cuda]

METHOD is one of methods_torch.py: dino, ibot and dinov2 see 2 views of 224 px and LOCALS of 96 px, simclr and moco 2 views, mae and
supervised 1. As an expert would write it: fused AdamW, foreach clipping and moving average.
"""
import json, sys, time
import torch
from methods_torch import METHODS

METHOD = sys.argv[1]
BATCH, STEPS = (int(a) for a in (sys.argv[2:4] + ["4", "5"][len(sys.argv[2:4]):]))
BF16 = len(sys.argv) > 4 and sys.argv[4] == "bf16"
LOCALS = int(sys.argv[5]) if len(sys.argv) > 5 else 2
DEVICE = sys.argv[6] if len(sys.argv) > 6 else "cpu"
if METHOD not in METHODS:
    sys.exit(f"No peer of '{METHOD}'; there are {', '.join(METHODS)}.")
torch.manual_seed(0)
torch.set_default_device(DEVICE)
wait = torch.cuda.synchronize if DEVICE == "cuda" else lambda: None
method = METHODS[METHOD](BATCH, LOCALS)
parameters = [p for p in method.student.parameters() if p.requires_grad]
optimizer = torch.optim.AdamW(parameters, 1e-4, weight_decay=0.04, fused=True)
wall, cpu = [], []
for _ in range(STEPS + 2):
    groups = method.images()
    wait()
    before, used = time.perf_counter(), time.process_time()
    with torch.autocast(DEVICE, torch.bfloat16, enabled=BF16):
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
wall, cpu = sorted(wall[2:]), sorted(cpu[2:])
middle = wall[STEPS // 2]
print(json.dumps({"images_per_second": BATCH / middle, "ms_per_step": middle * 1e3,
                  "cpu_ms_per_image": cpu[STEPS // 2] / BATCH * 1e3}))
