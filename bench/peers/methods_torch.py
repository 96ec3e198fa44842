"""The methods of step_torch.py: networks and losses in plain PyTorch, of the shapes that this project's recipes have."""
import torch
import torch.nn as nn
import torch.nn.functional as F
from vit_torch import D, PATCH, Block, ViT

CLASSES = 9


class Network(nn.Module):
    def __init__(self, head):
        super().__init__()
        self.backbone, self.head = ViT(), head

    def forward(self, groups):
        return self.head(torch.cat([self.backbone(x) for x in groups])).float()


class DinoHead(nn.Module):
    def __init__(self, out):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(D, 2048), nn.GELU(), nn.Linear(2048, 2048), nn.GELU(), nn.Linear(2048, 256))
        self.last = nn.Parameter(torch.randn(out, 256) * 0.02)

    def forward(self, x):
        return F.linear(F.normalize(self.mlp(x), dim=-1), F.normalize(self.last, dim=1))


def projector(*widths):  # linear layers, each with batch normalisation, ReLU between them
    layers = []
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Linear(a, b, False), nn.BatchNorm1d(b), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def twin(make):
    student, teacher = make(), make()
    teacher.load_state_dict(student.state_dict())
    return student, teacher.requires_grad_(False)


class Method:
    clip, moving = 0, None

    def __init__(self, batch, locals_):
        self.batch, self.locals = batch, locals_

    def images(self, views=2):
        return [torch.randn(views * self.batch, 3, 224, 224)]

    @torch.no_grad()
    def after(self):
        if self.moving:
            slow, fast, share = self.moving
            torch._foreach_lerp_(list(slow.parameters()), list(fast.parameters()), share)


class Dino(Method):
    clip, out = 3.0, 65536

    def __init__(self, batch, locals_):
        super().__init__(batch, locals_)
        self.student, self.teacher = twin(lambda: Network(DinoHead(self.out)))
        self.moving = (self.teacher, self.student, 0.004)
        self.center = torch.zeros(1, self.out)

    def images(self):
        return super().images() + ([torch.randn(self.locals * self.batch, 3, 96, 96)] if self.locals else [])

    def forward(self, groups):
        with torch.no_grad():
            self.seen = self.teacher(groups[:1])
        return self.student(groups)

    def between(self, scores):
        q = self.targets(self.seen, self.center, 0.04).chunk(2)
        logp = F.log_softmax(scores / 0.1, -1).chunk(2 + self.locals)
        self.center = 0.9 * self.center + 0.1 * self.seen.mean(0, keepdim=True)
        pairs = [(i, j) for i in range(2) for j in range(2 + self.locals) if i != j]
        return sum(-(q[i] * logp[j]).sum(-1).mean() for i, j in pairs) / len(pairs)

    def targets(self, scores, center, temperature):
        return F.softmax((scores - center) / temperature, -1)

    loss = between


class Ibot(Dino):
    """Half of the global views hide 30 % of their patches, by chance instead of by block: the work is the same."""
    out = 8192

    def __init__(self, batch, locals_):
        super().__init__(batch, locals_)
        self.student.hidden = nn.Parameter(torch.zeros(1, 1, D))
        self.patch_center = torch.zeros(1, self.out)

    @torch.no_grad()
    def after(self):
        mine = [p for n, p in self.student.named_parameters() if n != "hidden"]
        torch._foreach_lerp_(list(self.teacher.parameters()), mine, 0.004)

    def forward(self, groups):
        N = (224 // PATCH) ** 2
        self.mask = (torch.rand(2 * self.batch, N) < 0.3) & (torch.arange(2 * self.batch) % 2 == 0)[:, None]
        with torch.no_grad():
            seen = self.teacher.backbone.tokens(groups[0])
            self.seen, self.wanted = self.teacher.head(seen[:, 0]).float(), self.at_hidden(seen[:, 1:])
        shown = self.student.backbone.tokens(
            groups[0], lambda t: torch.where(self.mask[..., None], self.student.hidden.to(t.dtype), t))
        self.pooled = torch.cat([shown[:, 0]] + [self.student.backbone(x) for x in groups[1:]])
        self.guessed = self.student.head(shown[:, 1:][self.mask]).float()
        return self.student.head(self.pooled).float()

    def at_hidden(self, patches):  # and of the others, for the centre
        self.patches = self.teacher.head(patches).float()
        return self.patches[self.mask]

    def recenter(self):
        self.patch_center = 0.9 * self.patch_center + 0.1 * self.patches.mean((0, 1))

    def loss(self, scores):
        q = self.targets(self.wanted, self.patch_center, 0.04)
        weight = (self.mask / self.mask.sum(1, keepdim=True).clamp(min=1))[self.mask] / len(self.mask)
        within = -((q * F.log_softmax(self.guessed / 0.1, -1)).sum(-1) * weight).sum()
        self.recenter()
        return self.between(scores) + within


class DinoV2(Ibot):
    def at_hidden(self, patches):  # Sinkhorn-Knopp needs no centre
        return self.teacher.head(patches[self.mask]).float()

    def recenter(self):
        pass

    def targets(self, scores, center, temperature):
        q = torch.exp((scores - scores.max()) / temperature).T
        q /= q.sum()
        for _ in range(3):
            q /= q.sum(1, keepdim=True) * len(q)
            q /= q.sum(0, keepdim=True) * q.shape[1]
        return (q * q.shape[1]).T

    def loss(self, scores):
        return super().loss(scores) + 0.1 * sum(map(self.koleo, self.pooled[: 2 * self.batch].float().chunk(2)))

    def koleo(self, x):
        x = F.normalize(x, dim=-1)
        with torch.no_grad():
            nearest = (x @ x.T).fill_diagonal_(-1).argmax(1)
        return -torch.log(F.pairwise_distance(x, x[nearest]) + 1e-8).mean()


class Simclr(Method):
    def __init__(self, batch, locals_):
        super().__init__(batch, locals_)
        self.student = Network(projector(D, 2048, 2048, 128))

    def forward(self, groups):
        return self.student(groups)

    def loss(self, projections):
        unit, n = F.normalize(projections, dim=-1), 2 * self.batch
        scores = (unit @ unit.T / 0.15).fill_diagonal_(float("-inf"))
        return F.cross_entropy(scores, (torch.arange(n) + self.batch) % n)


class Moco(Method):
    def __init__(self, batch, locals_):
        super().__init__(batch, locals_)
        key, self.key = twin(lambda: Network(projector(D, 4096, 4096, 256)))
        self.student = nn.Sequential(key, projector(256, 4096, 256))
        key.backbone.patches.requires_grad_(False)
        self.moving = (self.key, key, 0.01)

    def forward(self, groups):
        with torch.no_grad():
            self.keys = self.key(groups)
        return self.student(groups).float()

    def loss(self, queries):
        q, k = F.normalize(queries, dim=-1).chunk(2), F.normalize(self.keys, dim=-1).chunk(2)
        own = torch.arange(self.batch)
        return sum(0.4 * F.cross_entropy(q[i] @ k[1 - i].T / 0.2, own) for i in range(2))


class Mae(Method):
    def __init__(self, batch, locals_):
        super().__init__(batch, locals_)
        self.student = nn.ModuleDict({
            "encoder": ViT(), "embed": nn.Linear(D, 512), "blocks": nn.Sequential(*(Block(512, 16) for _ in range(8))),
            "norm": nn.LayerNorm(512, 1e-6), "pixels": nn.Linear(512, 3 * PATCH**2)})
        self.student.missing = nn.Parameter(torch.zeros(1, 1, 512))
        self.student.encoder.pos.requires_grad_(False)
        self.positions = torch.randn(1, 1 + (224 // PATCH) ** 2, 512) * 0.02

    def images(self):
        return super().images(1)

    def forward(self, groups):
        net, B, N = self.student, self.batch, (224 // PATCH) ** 2
        order = torch.rand(B, N).argsort(1)
        back, self.hidden = order.argsort(1), order.argsort(1) >= N // 4
        x = net.embed(net.encoder.tokens(groups[0], keep=order[:, : N // 4]))
        patches = torch.cat([x[:, 1:], net.missing.to(x.dtype).expand(B, N - N // 4, -1)], 1)
        patches = patches.gather(1, back[..., None].expand(-1, -1, 512))
        x = net.blocks(torch.cat([x[:, :1], patches], 1) + self.positions)
        target = groups[0].unfold(2, PATCH, PATCH).unfold(3, PATCH, PATCH).permute(0, 2, 3, 4, 5, 1).reshape(B, N, -1)
        self.target = (target - target.mean(-1, keepdim=True)) / (target.var(-1, keepdim=True) + 1e-6).sqrt()
        return net.pixels(net.norm(x))[:, 1:].float()

    def loss(self, pixels):
        return ((pixels - self.target) ** 2).mean(-1)[self.hidden].mean()


class Supervised(Method):
    def __init__(self, batch, locals_):
        super().__init__(batch, locals_)
        self.student = Network(nn.Linear(D, CLASSES))

    def images(self):
        return super().images(1)

    def forward(self, groups):
        return self.student(groups)

    def loss(self, scores):
        return F.cross_entropy(scores, torch.arange(self.batch) % CLASSES, label_smoothing=0.1)


METHODS = {
    "dino": Dino, "ibot": Ibot, "dinov2": DinoV2, "simclr": Simclr, "moco": Moco, "mae": Mae, "supervised": Supervised}
