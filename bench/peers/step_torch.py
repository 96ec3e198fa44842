"""Peer of `bench step`: one training step of a ViT-S/16 on random images in eager PyTorch.

usage: step_torch.py METHOD [BATCH=4] [STEPS=5] [fp32|bf16] [LOCALS=2]

METHOD is dino (2 views of 224 px and LOCALS of 96 px, 65,536 prototypes), simclr (2 views of 224 px) or supervised (1 view).
As an expert would write it: fused AdamW, foreach clipping and moving average.
"""
import json, sys, time
import torch
import torch.nn as nn
import torch.nn.functional as F
from vit_torch import D, ViT

METHOD = sys.argv[1]
BATCH, STEPS = (int(a) for a in (sys.argv[2:4] + ["4", "5"][len(sys.argv[2:4]):]))
BF16 = len(sys.argv) > 4 and sys.argv[4] == "bf16"
LOCALS = int(sys.argv[5]) if len(sys.argv) > 5 else 2
CLASSES = 9
torch.manual_seed(0)


class Network(nn.Module):
    def __init__(self, head):
        super().__init__()
        self.backbone, self.head = ViT(), head()

    def forward(self, groups):
        return self.head(torch.cat([self.backbone(x) for x in groups])).float()


class DinoHead(nn.Module):
    def __init__(self):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(D, 2048), nn.GELU(), nn.Linear(2048, 2048), nn.GELU(), nn.Linear(2048, 256))
        self.last = nn.Parameter(torch.randn(65536, 256) * 0.02)

    def forward(self, x):
        return F.linear(F.normalize(self.mlp(x), dim=-1), F.normalize(self.last, dim=1))


def projector():  # the shape of org.cyphervit.ssl.SimClrOptions for many tiles
    norm = lambda: nn.BatchNorm1d(2048)
    return nn.Sequential(
        nn.Linear(D, 2048, False), norm(), nn.ReLU(), nn.Linear(2048, 2048, False), norm(), nn.ReLU(),
        nn.Linear(2048, 128, False), nn.BatchNorm1d(128))


class Dino:
    def __init__(self):
        self.student, self.teacher = Network(DinoHead), Network(DinoHead)
        self.teacher.load_state_dict(self.student.state_dict())
        self.teacher.requires_grad_(False)
        self.center = torch.zeros(1, 65536)

    def images(self):
        return [torch.randn(2 * BATCH, 3, 224, 224)] + ([torch.randn(LOCALS * BATCH, 3, 96, 96)] if LOCALS else [])

    def forward(self, groups):
        with torch.no_grad():
            self.seen = self.teacher(groups[:1])
        return self.student(groups)

    def loss(self, scores):
        q = F.softmax((self.seen - self.center) / 0.04, -1).chunk(2)
        logp = F.log_softmax(scores / 0.1, -1).chunk(2 + LOCALS)
        self.center = 0.9 * self.center + 0.1 * self.seen.mean(0, keepdim=True)
        pairs = [(i, j) for i in range(2) for j in range(2 + LOCALS) if i != j]
        return sum(-(q[i] * logp[j]).sum(-1).mean() for i, j in pairs) / len(pairs)

    @torch.no_grad()
    def after(self):
        torch._foreach_lerp_(list(self.teacher.parameters()), list(self.student.parameters()), 0.004)


class Plain:
    def __init__(self, head, views, loss):
        self.student, self.views, self.loss = Network(head), views, loss

    def images(self):
        return [torch.randn(self.views * BATCH, 3, 224, 224)]

    def forward(self, groups):
        return self.student(groups)

    def after(self):
        pass


def nt_xent(projections):
    unit = F.normalize(projections, dim=-1)
    scores = (unit @ unit.T / 0.15).fill_diagonal_(float("-inf"))
    return F.cross_entropy(scores, (torch.arange(2 * BATCH) + BATCH) % (2 * BATCH))


def labels_loss(scores):
    return F.cross_entropy(scores, torch.arange(BATCH) % CLASSES, label_smoothing=0.1)


METHODS = {
    "dino": (Dino, 3.0),
    "simclr": (lambda: Plain(projector, 2, nt_xent), 0),
    "supervised": (lambda: Plain(lambda: nn.Linear(D, CLASSES), 1, labels_loss), 0),
}
if METHOD not in METHODS:
    sys.exit(f"No peer of '{METHOD}'; there are {', '.join(METHODS)}.")
make, clip = METHODS[METHOD]
method = make()
parameters = list(method.student.parameters())
optimizer = torch.optim.AdamW(parameters, 1e-4, weight_decay=0.04, fused=True)
wall, cpu = [], []
for _ in range(STEPS + 2):
    groups = method.images()
    before, used = time.perf_counter(), time.process_time()
    with torch.autocast("cpu", torch.bfloat16, enabled=BF16):
        scores = method.forward(groups)
    method.loss(scores).backward()
    if clip:
        gradients = [p.grad for p in parameters]
        factors = (clip / (torch.stack(torch._foreach_norm(gradients)) + 1e-6)).clamp_(max=1)
        torch._foreach_mul_(gradients, list(factors.unbind()))
    optimizer.step()
    optimizer.zero_grad()
    method.after()
    wall.append(time.perf_counter() - before)
    cpu.append(time.process_time() - used)
wall, cpu = sorted(wall[2:]), sorted(cpu[2:])
middle = wall[STEPS // 2]
print(json.dumps({"images_per_second": BATCH / middle, "ms_per_step": middle * 1e3,
                  "cpu_ms_per_image": cpu[STEPS // 2] / BATCH * 1e3}))
