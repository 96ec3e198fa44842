"""The methods of step_torch.py: networks and losses in plain PyTorch, of the shapes that this project's recipes have."""
import torch
import torch.nn as nn
import torch.nn.functional as F
from vit_torch import Block, ViT

CLASSES = 9


class Network(nn.Module):
    def __init__(self, backbone, head):
        super().__init__()
        self.backbone, self.head = backbone, head

    def forward(self, groups):
        return self.head(torch.cat([self.backbone(x) for x in groups])).float()


class DinoHead(nn.Module):
    def __init__(self, width, hidden, out):
        super().__init__()
        self.mlp = nn.Sequential(
            nn.Linear(width, hidden), nn.GELU(), nn.Linear(hidden, hidden), nn.GELU(), nn.Linear(hidden, 256))
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
    """What all have in common; o holds the options of step_torch.py."""
    clip, moving, hidden, out = 0, None, 2048, 128

    def __init__(self, o):
        self.o, self.batch, self.locals = o, o.batch, o.local_crops
        self.hidden, self.out = o.hidden or self.hidden, o.out or self.out

    def vit(self):
        return ViT(self.o.backbone, self.o.patch, self.o.size)

    def patches(self):
        return (self.o.size // self.o.patch) ** 2

    def images(self, views=2):
        return [torch.randn(views * self.batch, 3, self.o.size, self.o.size)]

    def compile(self):
        self.student.compile()
        if self.moving and self.moving[0] is not self.student:
            self.moving[0].compile()

    @torch.no_grad()
    def after(self):
        if self.moving:
            slow, fast, share = self.moving
            torch._foreach_lerp_(list(slow.parameters()), list(fast.parameters()), share)


class Dino(Method):
    clip, out = 3.0, 65536

    def __init__(self, o):
        super().__init__(o)

        def make():
            vit = self.vit()
            return Network(vit, DinoHead(vit.width, self.hidden, self.out))

        self.student, self.teacher = twin(make)
        self.moving = (self.teacher, self.student, 0.004)
        self.center = torch.zeros(1, self.out)

    def images(self):
        small = self.o.local_size
        return super().images() + ([torch.randn(self.locals * self.batch, 3, small, small)] if self.locals else [])

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

    def __init__(self, o):
        super().__init__(o)
        self.student.hidden = nn.Parameter(torch.zeros(1, 1, self.student.backbone.width))
        self.patch_center = torch.zeros(1, self.out)

    def compile(self):  # of hidden patches there are others in each step, which is no graph of fixed shape: networks one by one
        for network in (self.student, self.teacher):
            network.backbone.tokens = torch.compile(network.backbone.tokens)
            network.head.compile()

    @torch.no_grad()
    def after(self):
        mine = [p for n, p in self.student.named_parameters() if n != "hidden"]
        torch._foreach_lerp_(list(self.teacher.parameters()), mine, 0.004)

    def forward(self, groups):
        self.mask = torch.rand(2 * self.batch, self.patches()) < 0.3
        self.mask &= (torch.arange(2 * self.batch) % 2 == 0)[:, None]
        with torch.no_grad():
            seen = self.teacher.backbone.tokens(groups[0])
            self.seen, self.wanted = self.teacher.head(seen[:, 0]).float(), self.at_hidden(seen[:, 1:])
        shown = self.student.backbone.tokens(groups[0], self.student.hidden, self.mask)
        self.pooled = torch.cat([shown[:, 0]] + [self.student.backbone.tokens(x)[:, 0] for x in groups[1:]])
        self.guessed = self.student.head(shown[:, 1:][self.mask]).float()
        return self.student.head(self.pooled).float()

    def at_hidden(self, patches):  # and of the others, for the centre
        self.all = self.teacher.head(patches).float()
        return self.all[self.mask]

    def recenter(self):
        self.patch_center = 0.9 * self.patch_center + 0.1 * self.all.mean((0, 1))

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
    def __init__(self, o):
        super().__init__(o)
        vit = self.vit()
        self.student = Network(vit, projector(vit.width, self.hidden, self.hidden, self.out))

    def forward(self, groups):
        return self.student(groups)

    def loss(self, projections):
        unit, n = F.normalize(projections, dim=-1), 2 * self.batch
        scores = (unit @ unit.T / 0.15).fill_diagonal_(float("-inf"))
        return F.cross_entropy(scores, (torch.arange(n) + self.batch) % n)


class Moco(Method):
    hidden, out = 4096, 256

    def __init__(self, o):
        super().__init__(o)

        def make():
            vit = self.vit()
            return Network(vit, projector(vit.width, self.hidden, self.hidden, self.out))

        query, self.key = twin(make)
        self.student = nn.Sequential(query, projector(self.out, self.hidden, self.out))
        query.backbone.patches.requires_grad_(False)
        self.moving = (self.key, query, 0.01)

    def forward(self, groups):
        with torch.no_grad():
            self.keys = self.key(groups)
        return self.student(groups).float()

    def loss(self, queries):
        q, k = F.normalize(queries, dim=-1).chunk(2), F.normalize(self.keys, dim=-1).chunk(2)
        own = torch.arange(self.batch)
        return sum(0.4 * F.cross_entropy(q[i] @ k[1 - i].T / 0.2, own) for i in range(2))


class Mae(Method):
    def __init__(self, o):
        super().__init__(o)
        vit = self.vit()
        self.student = nn.ModuleDict({
            "encoder": vit, "embed": nn.Linear(vit.width, 512), "blocks": nn.Sequential(*(Block(512, 16) for _ in range(8))),
            "norm": nn.LayerNorm(512, 1e-6), "pixels": nn.Linear(512, 3 * o.patch**2)})
        self.student.missing = nn.Parameter(torch.zeros(1, 1, 512))
        self.student.encoder.pos.requires_grad_(False)
        self.positions = torch.randn(1, 1 + self.patches(), 512) * 0.02

    def compile(self):
        self.student.encoder.tokens = torch.compile(self.student.encoder.tokens)
        for part in ("embed", "blocks", "norm", "pixels"):
            self.student[part].compile()

    def images(self):
        return super().images(1)

    def forward(self, groups):
        net, B, N, patch = self.student, self.batch, self.patches(), self.o.patch
        order = torch.rand(B, N).argsort(1)
        back, self.hidden_ = order.argsort(1), order.argsort(1) >= N // 4
        x = net.embed(net.encoder.tokens(groups[0], keep=order[:, : N // 4]))
        patches = torch.cat([x[:, 1:], net.missing.to(x.dtype).expand(B, N - N // 4, -1)], 1)
        patches = patches.gather(1, back[..., None].expand(-1, -1, 512))
        x = net.blocks(torch.cat([x[:, :1], patches], 1) + self.positions)
        target = groups[0].unfold(2, patch, patch).unfold(3, patch, patch).permute(0, 2, 3, 4, 5, 1).reshape(B, N, -1)
        self.target = (target - target.mean(-1, keepdim=True)) / (target.var(-1, keepdim=True) + 1e-6).sqrt()
        return net.pixels(net.norm(x))[:, 1:].float()

    def loss(self, pixels):
        return ((pixels - self.target) ** 2).mean(-1)[self.hidden_].mean()


class Supervised(Method):
    def __init__(self, o):
        super().__init__(o)
        vit = self.vit()
        self.student = Network(vit, nn.Linear(vit.width, CLASSES))

    def images(self):
        return super().images(1)

    def forward(self, groups):
        return self.student(groups)

    def loss(self, scores):
        return F.cross_entropy(scores, torch.arange(self.batch) % CLASSES, label_smoothing=0.1)


METHODS = {
    "dino": Dino, "ibot": Ibot, "dinov2": DinoV2, "simclr": Simclr, "moco": Moco, "mae": Mae, "supervised": Supervised}
