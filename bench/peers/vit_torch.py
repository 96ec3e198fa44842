"""Vision transformers in plain PyTorch for the peers here; other image sizes get their positions by bicubic interpolation."""
import torch
import torch.nn as nn
import torch.nn.functional as F

WIDTH_DEPTH_HEADS = {
    "vit_nano": (192, 4, 3), "vit_tiny": (192, 12, 3), "vit_small": (384, 12, 6), "vit_base": (768, 12, 12),
    "vit_large": (1024, 24, 16)}


class Block(nn.Module):
    def __init__(self, width, heads):
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
    def __init__(self, name="vit_small", patch=16, size=224):
        super().__init__()
        self.width, depth, heads = WIDTH_DEPTH_HEADS[name]
        self.patch, self.side = patch, size // patch
        self.patches = nn.Conv2d(3, self.width, patch, patch)
        self.cls = nn.Parameter(torch.zeros(1, 1, self.width))
        self.pos = nn.Parameter(torch.zeros(1, 1 + self.side**2, self.width))
        self.blocks = nn.Sequential(*(Block(self.width, heads) for _ in range(depth)))
        self.norm = nn.LayerNorm(self.width, 1e-6)

    def embed(self, x):
        """Patches without positions, (B,N,D), and positions, (1,1+N,D)."""
        t = self.patches(x)
        side, t = t.shape[-1], t.flatten(2).transpose(1, 2)
        if side == self.side:
            return t, self.pos
        grid = self.pos[:, 1:].reshape(1, self.side, self.side, -1).permute(0, 3, 1, 2)
        grid = F.interpolate(grid, size=(side, side), mode="bicubic").flatten(2).transpose(1, 2)
        return t, torch.cat([self.pos[:, :1], grid], 1)

    def tokens(self, x, hidden=None, mask=None, keep=None):
        """[cls] and patches, (B,1+N,D); patches of the mask (B,N) give way to the vector hidden, or those of keep (B,n) alone are seen."""
        t, pos = self.embed(x)
        if mask is not None:
            t = torch.where(mask[..., None], hidden.to(t.dtype), t)
        t = t + pos[:, 1:]
        if keep is not None:
            t = t.gather(1, keep[..., None].expand(-1, -1, t.shape[-1]))
        return self.norm(self.blocks(torch.cat([(self.cls + pos[:, :1]).expand(len(t), -1, -1), t], 1)))

    def forward(self, x):
        return self.tokens(x)[:, 0]
