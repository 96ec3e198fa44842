"""A ViT-S/16 in plain PyTorch for the peers here; other image sizes get their positions by bicubic interpolation."""
import torch
import torch.nn as nn
import torch.nn.functional as F

D, HEADS, DEPTH, PATCH, SIDE = 384, 6, 12, 16, 14


class Block(nn.Module):
    def __init__(self, width=D, heads=HEADS):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width, 1e-6), nn.LayerNorm(width, 1e-6)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        B, N, W = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(B, N, 3, self.heads, W // self.heads).permute(2, 0, 3, 1, 4)
        x = x + self.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(B, N, W))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


class ViT(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, D, PATCH, PATCH)
        self.cls, self.pos = nn.Parameter(torch.zeros(1, 1, D)), nn.Parameter(torch.zeros(1, 1 + SIDE * SIDE, D))
        self.blocks, self.norm = nn.Sequential(*(Block() for _ in range(DEPTH))), nn.LayerNorm(D, 1e-6)

    def embed(self, x):
        """Patches without positions, (B,N,D), and positions, (1,1+N,D)."""
        t = self.patches(x)
        side, t = t.shape[-1], t.flatten(2).transpose(1, 2)
        if side == SIDE:
            return t, self.pos
        grid = self.pos[:, 1:].reshape(1, SIDE, SIDE, D).permute(0, 3, 1, 2)
        grid = F.interpolate(grid, size=(side, side), mode="bicubic").flatten(2).transpose(1, 2)
        return t, torch.cat([self.pos[:, :1], grid], 1)

    def tokens(self, x, change=lambda t: t, keep=None):
        """[cls] and patches, (B,1+N,D), of changed patches, or of the places in keep (B,n)."""
        t, pos = self.embed(x)
        t = change(t) + pos[:, 1:]
        if keep is not None:
            t = t.gather(1, keep[..., None].expand(-1, -1, D))
        return self.norm(self.blocks(torch.cat([(self.cls + pos[:, :1]).expand(len(t), -1, -1), t], 1)))

    def forward(self, x):
        return self.tokens(x)[:, 0]
