"""A ViT-S/16 in plain PyTorch for the peers here; other image sizes get their positions by bicubic interpolation."""
import torch
import torch.nn as nn
import torch.nn.functional as F

D, HEADS, DEPTH, PATCH, SIDE = 384, 6, 12, 16, 14


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
        self.patches = nn.Conv2d(3, D, PATCH, PATCH)
        self.cls, self.pos = nn.Parameter(torch.zeros(1, 1, D)), nn.Parameter(torch.zeros(1, 1 + SIDE * SIDE, D))
        self.blocks, self.norm = nn.Sequential(*(Block() for _ in range(DEPTH))), nn.LayerNorm(D, 1e-6)

    def forward(self, x):
        t = self.patches(x)
        side, t = t.shape[-1], t.flatten(2).transpose(1, 2)
        pos = self.pos
        if side != SIDE:
            grid = pos[:, 1:].reshape(1, SIDE, SIDE, D).permute(0, 3, 1, 2)
            grid = F.interpolate(grid, size=(side, side), mode="bicubic").flatten(2).transpose(1, 2)
            pos = torch.cat([pos[:, :1], grid], 1)
        t = torch.cat([self.cls.expand(len(t), -1, -1), t], 1) + pos
        return self.norm(self.blocks(t))[:, 0]
