"""Peer of embedding: the forward pass of a ViT-S/16 at 224 px in eager PyTorch, random images.

usage: embed_torch.py [BATCH=16] [STEPS=5] [fp32|bf16]
"""
import json, sys, time
import torch
import torch.nn as nn
import torch.nn.functional as F

BATCH = int(sys.argv[1]) if len(sys.argv) > 1 else 16
STEPS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
BF16 = len(sys.argv) > 3 and sys.argv[3] == "bf16"
D, HEADS, DEPTH = 384, 6, 12


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(D, 1e-6), nn.LayerNorm(D, 1e-6)
        self.qkv, self.proj = nn.Linear(D, 3 * D), nn.Linear(D, D)
        self.fc1, self.fc2 = nn.Linear(D, 4 * D), nn.Linear(4 * D, D)

    def forward(self, x):
        B, N, _ = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(B, N, 3, HEADS, D // HEADS).permute(2, 0, 3, 1, 4)
        x = x + self.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(B, N, D))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


class ViT(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, D, 16, 16)
        self.cls, self.pos = nn.Parameter(torch.zeros(1, 1, D)), nn.Parameter(torch.zeros(1, 197, D))
        self.blocks, self.norm = nn.Sequential(*(Block() for _ in range(DEPTH))), nn.LayerNorm(D, 1e-6)

    def forward(self, x):
        t = self.patches(x).flatten(2).transpose(1, 2)
        t = torch.cat([self.cls.expand(len(t), -1, -1), t], 1) + self.pos
        return self.norm(self.blocks(t))[:, 0]


model = ViT().eval()
images = torch.randn(BATCH, 3, 224, 224)
wall, cpu = [], []
with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=BF16):
    for i in range(STEPS + 2):
        before, used = time.perf_counter(), time.process_time()
        model(images)
        wall.append(time.perf_counter() - before)
        cpu.append(time.process_time() - used)
wall, cpu = sorted(wall[2:]), sorted(cpu[2:])
print(json.dumps({"images_per_second": BATCH / wall[STEPS // 2], "cpu_ms_per_image": cpu[STEPS // 2] / BATCH * 1e3}))
