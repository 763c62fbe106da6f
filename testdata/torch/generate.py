#!/usr/bin/env python3
"""Reference values from PyTorch, in float64.

Writes one JSON file a topic; README.md beside this script describes them. The
inputs are drawn by sequence below, not by PyTorch's generator, whose numbers may
change from release to release.

    python3 generate.py            write the files beside this script
    python3 generate.py DIR        write them into DIR, which must exist
    python3 generate.py --check    compare the files with PyTorch's values now

Needs PyTorch 1.13 or newer: "apt-get install python3-torch" on Debian, or
"pip install torch".
"""

import argparse
import json
import math
import os
import sys
import tempfile

import torch
import torch.nn.functional as F

try:
    from torch.func import functional_call
except ImportError:  # PyTorch 1.13
    from torch.nn.utils.stateless import functional_call

HERE = os.path.dirname(os.path.abspath(__file__))
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)  # one order of every sum, on any number of cores


def sequence(seed, n, bound):
    """n numbers in [-bound, bound) that any language can compute exactly: the
    upper 20 bits of a 64-bit linear congruential generator (Knuth's MMIX), as a
    fraction of 2^19 less 1, times bound, where bound is a power of two."""
    out, state, mask = [], seed, (1 << 64) - 1
    for _ in range(n):
        state = (6364136223846793005 * state + 1442695040888963407) & mask
        out.append(((state >> 44) / 2.0**19 - 1) * bound)
    return out


def filled(seed, *shape, bound):
    """The sequence as a tensor."""
    return torch.tensor(sequence(seed, math.prod(shape), bound)).reshape(shape)


def grid(seed, *shape, scale=1):
    """Multiples of 1/64 in [-2 scale, 2 scale)."""
    return torch.floor(filled(seed, *shape, bound=2 * scale) * 64) / 64


def ties(seed, *shape, n=5):
    """The n whole numbers around 0, so few that windows hold equal ones."""
    return torch.floor((filled(seed, *shape, bound=1) + 1) * n / 2) - n // 2


def tensor_json(t):
    return {"shape": list(t.shape), "data": t.detach().reshape(-1).tolist()}


def case(name, op, f, inputs, options=None, wrt=None, dout=None):
    """Runs f on inputs and records its value and the gradients of
    sum(dout * value) by the inputs named in wrt, or by all that are not integers."""
    leaves = {k: v.clone() for k, v in inputs.items()}
    wrt = [k for k in leaves if leaves[k].is_floating_point()] if wrt is None else wrt
    for k in wrt:
        leaves[k].requires_grad_()
    out = f(**leaves)
    if dout is None:
        dout = grid(99, *out.shape) if out.dim() else torch.tensor(0.75)
    out.backward(dout)
    return {
        "name": name, "op": op, "options": options or {},
        "inputs": {k: tensor_json(v) for k, v in inputs.items()},
        "dout": tensor_json(dout), "output": tensor_json(out),
        "grads": {k: tensor_json(leaves[k].grad) for k in wrt},
    }


def conv2d():
    def one(name, x, w, bias=True, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
        inputs = {"x": grid(1, *x), "w": grid(2, *w)}
        if bias:
            inputs["b"] = grid(3, w[0])
        opts = {"stride": list(stride), "padding": list(padding), "dilation": list(dilation), "groups": [groups]}
        return case(name, "conv2d", lambda x, w, b=None: F.conv2d(x, w, b, stride, padding, dilation, groups), inputs, opts)
    return [
        one("plain", (2, 3, 7, 6), (4, 3, 3, 3)),
        one("no bias", (1, 2, 5, 5), (3, 2, 3, 2), bias=False),
        one("1x1", (2, 5, 4, 3), (2, 5, 1, 1)),
        one("1x1 with stride", (2, 3, 5, 6), (2, 3, 1, 1), stride=(2, 3)),
        one("kernel as large as the image", (3, 2, 4, 5), (2, 2, 4, 5)),
        one("stride", (1, 2, 9, 8), (3, 2, 3, 3), stride=(2, 3)),
        one("stride beyond the kernel", (2, 1, 11, 10), (2, 1, 2, 2), stride=(4, 5)),
        one("padding", (2, 2, 5, 4), (3, 2, 3, 3), padding=(1, 2)),
        one("padding beyond the kernel", (1, 1, 3, 3), (2, 1, 2, 2), padding=(3, 4)),
        one("dilation", (1, 2, 9, 10), (2, 2, 3, 3), dilation=(2, 3)),
        one("everything at once", (2, 4, 11, 9), (6, 2, 3, 2), stride=(2, 1), padding=(2, 1), dilation=(2, 3), groups=2),
        one("groups", (2, 6, 5, 5), (9, 2, 3, 3), groups=3),
        one("depthwise", (2, 3, 6, 6), (3, 1, 2, 2), stride=(2, 2), groups=3),
        one("depthwise with multiplier", (1, 2, 5, 7), (6, 1, 3, 3), padding=(1, 1), groups=2),
        one("depthwise, all options", (3, 4, 9, 10), (4, 1, 2, 3), stride=(3, 2), padding=(2, 1), dilation=(3, 2), groups=4),
        one("1x1 in groups", (2, 6, 3, 4), (4, 3, 1, 1), bias=False, groups=2),
        one("1x1 with stride and padding", (3, 2, 4, 5), (3, 2, 1, 1), stride=(3, 2), padding=(1, 2)),
        one("single element", (1, 1, 1, 1), (1, 1, 1, 1)),
        one("padding makes room", (1, 1, 1, 1), (1, 1, 3, 3), padding=(1, 1)),
        one("C1 of LeNet-5", (1, 1, 28, 28), (6, 1, 5, 5), padding=(2, 2)),
        one("C3 of LeNet-5", (1, 6, 14, 14), (16, 6, 5, 5)),
    ]


def avgpool2d():
    def one(name, x, kernel, stride=None, padding=(0, 0), ceil=False, include=True):
        opts = {"kernel": list(kernel), "stride": list(stride or kernel), "padding": list(padding),
                "ceil_mode": [int(ceil)], "count_include_pad": [int(include)]}
        return case(name, "avgpool2d", lambda x: F.avg_pool2d(x, kernel, stride, padding, ceil, include), {"x": grid(4, *x)}, opts)
    cases = [
        one("halves", (2, 3, 6, 4), (2, 2)),
        one("not divisible", (1, 2, 7, 5), (2, 3)),
        one("overlapping", (1, 1, 6, 7), (3, 3), (1, 2)),
        one("stride beyond the kernel", (1, 2, 9, 9), (2, 2), (3, 4)),
        one("whole image", (2, 2, 5, 3), (5, 3)),
        one("1x1", (1, 2, 3, 3), (1, 1)),
    ]
    for ceil in (False, True):
        for include in (False, True):
            suffix = f", ceil {ceil}, include {include}"
            cases += [
                one("padding" + suffix, (1, 2, 6, 7), (3, 3), (2, 2), (1, 1), ceil, include),
                one("uneven padding" + suffix, (1, 1, 7, 8), (4, 2), (3, 2), (2, 1), ceil, include),
                one("last window in the padding" + suffix, (1, 1, 5, 5), (2, 2), (3, 3), (1, 1), ceil, include),
                one("wide stride" + suffix, (2, 1, 10, 9), (3, 2), (4, 5), (1, 0), ceil, include),
            ]
    return cases


def maxpool2d():
    def one(name, x, kernel, stride=None, padding=(0, 0), dilation=(1, 1), ceil=False):
        opts = {"kernel": list(kernel), "stride": list(stride or kernel), "padding": list(padding),
                "dilation": list(dilation), "ceil_mode": [int(ceil)]}
        return case(name, "maxpool2d", lambda x: F.max_pool2d(x, kernel, stride, padding, dilation, ceil), {"x": x}, opts)
    return [
        one("halves", grid(5, 2, 3, 6, 4), (2, 2)),
        one("ties", ties(1, 2, 2, 6, 6), (2, 2)),
        one("all equal", torch.ones(1, 1, 5, 5), (3, 3), (1, 1)),
        one("overlapping with ties", ties(2, 1, 2, 7, 6), (3, 3), (1, 2)),
        one("overlapping", grid(6, 1, 2, 8, 7), (3, 2), (2, 1)),
        one("padding of negative values", -grid(7, 1, 1, 5, 5).abs() - 1, (3, 3), (2, 2), (1, 1)),
        one("padding", grid(8, 2, 1, 7, 6), (3, 4), (2, 3), (1, 2)),
        one("dilation", grid(9, 1, 2, 9, 10), (2, 3), (1, 2), dilation=(3, 2)),
        one("dilation with padding", grid(10, 1, 1, 8, 9), (3, 2), (2, 2), (1, 1), (2, 3)),
        one("ceil", grid(11, 1, 2, 7, 8), (3, 3), (2, 2), ceil=True),
        one("ceil with padding", grid(12, 1, 1, 6, 5), (2, 2), (3, 3), (1, 1), ceil=True),
        one("ceil, dilation and ties", ties(3, 1, 1, 9, 9), (2, 2), (3, 2), (1, 0), (2, 1), True),
        one("stride beyond the kernel", grid(13, 1, 1, 9, 9), (2, 2), (4, 3)),
        one("whole image", ties(4, 2, 2, 4, 3), (4, 3)),
        one("ties and padding", ties(21, 3, 1, 6, 7), (3, 2), (1, 1), (1, 1)),
        one("negative ties and padding", ties(22, 1, 2, 6, 6, n=3) - 5, (4, 4), (3, 2), (2, 2)),
        one("padding and ceil of negative values", -grid(15, 2, 1, 6, 8).abs() - 1, (3, 3), (2, 3), (1, 1), ceil=True),
        one("ceil, dilation, padding and ties", ties(23, 2, 2, 8, 9), (3, 2), (2, 3), (1, 1), (2, 3), True),
        one("ties along one axis", ties(24, 1, 3, 7, 5), (1, 3), (2, 1), (0, 1)),
        one("1x1", grid(14, 1, 2, 3, 3), (1, 1)),
    ]


# The functions of tensor.Activations by their names, those with a parameter at
# PyTorch's default: a new one is a row here too.
ACTIVATIONS = {
    "identity": lambda x: x * 1, "sigmoid": torch.sigmoid, "tanh": torch.tanh,
    "relu": F.relu, "leakyrelu": F.leaky_relu, "elu": F.elu,
    "logsigmoid": F.logsigmoid,
    # F.softplus is x above a threshold of 20; this is log(1 + e^x) everywhere.
    "softplus": lambda x: -F.logsigmoid(-x),
    "gelu": F.gelu, "silu": F.silu, "exp": torch.exp,
    "square": torch.square, "sin": torch.sin, "abs": torch.abs,
}


def activations():
    # Every quarter from -8 to 8, among them kinks and points at both sides of
    # each; a kink elsewhere needs such points here.
    near = torch.arange(-32, 33) / 4.0
    far = torch.tensor([19, 20, 50, 700, 1000.0])
    every = torch.cat([-far.flip(0), near, torch.tensor([-1e-3, 1e-3]), far]).sort().values
    # What overflows in the forward or in the backward pass is no reference value.
    inputs = {"exp": every[every <= 50]}
    cases = [case(name, name, lambda x, f=f: f(x), {"x": inputs.get(name, every)}) for name, f in ACTIVATIONS.items()]
    cases.append(case("leaky relu, slope 0.25", "leakyrelu", lambda x: F.leaky_relu(x, 0.25), {"x": every}, {"slope": [0.25]}))
    cases.append(case("elu, alpha 0.75", "elu", lambda x: F.elu(x, 0.75), {"x": every}, {"alpha": [0.75]}))
    positive = torch.tensor([1e-3, 0.25, 1, 2, 50, 1000.0])
    cases.append(case("log", "log", torch.log, {"x": positive}))
    cases.append(case("sqrt", "sqrt", torch.sqrt, {"x": positive}))
    x = grid(20, 2, 3, 4, scale=3)
    for axis in range(3):
        cases.append(case(f"softmax along {axis}", "softmax", lambda x, a=axis: F.softmax(x, a), {"x": x}, {"axis": [axis]}))
        cases.append(case(f"log softmax along {axis}", "logsoftmax", lambda x, a=axis: F.log_softmax(x, a), {"x": x}, {"axis": [axis]}))
    huge = torch.tensor([[1000.0, -1000, 0], [-1000, -1000, -1000], [1000, 1000, 999]])
    cases.append(case("softmax of +-1000", "softmax", lambda x: F.softmax(x, 1), {"x": huge}, {"axis": [1]}))
    cases.append(case("log softmax of +-1000", "logsoftmax", lambda x: F.log_softmax(x, 1), {"x": huge}, {"axis": [1]}))
    return cases


def arithmetic():
    cases = []
    ops = {"add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div}
    shapes = [((2, 3), (2, 3)), ((2, 3), (3,)), ((4, 1, 3), (2, 1)), ((1,), (2, 2)), ((), (3,)), ((2, 1, 2), (3, 1)), ((5, 1), (1, 4))]
    for name, f in ops.items():
        for i, (sa, sb) in enumerate(shapes):
            b = grid(31 + i, *sb) if sb else torch.tensor(1.5)
            if name == "div":
                b = b.sign() * (b.abs() + 0.25) + (b == 0)
            a = grid(40 + i, *sa) if sa else torch.tensor(-0.5)
            cases.append(case(f"{name} {sa} {sb}", name, lambda a, b, f=f: f(a, b), {"a": a, "b": b}))
    x, equal = grid(50, 3, 4, 2), ties(51, 3, 4, 2, n=3)
    for axes in [[0], [1], [2], [0, 2], [1, 2], [0, 1, 2]]:
        for name, f in {"sum": torch.sum, "mean": torch.mean}.items():
            cases.append(case(f"{name} over {axes}", name, lambda x, f=f, a=axes: f(x, dim=a), {"x": x}, {"axes": axes}))
    # torch.max along one dimension gives the gradient to the first maximum, where
    # torch.amax shares it. Several axes are therefore made one.
    for axes in [[0], [1], [2], [1, 2], [0, 1, 2]]:
        first, last = axes[0], axes[-1]
        cases.append(case(f"max over {axes}, with ties", "max",
                          lambda x: x.flatten(first, last).max(dim=first).values, {"x": equal}, {"axes": axes}))
    for sa, sb in [((2, 3), (3, 4)), ((1, 5), (5, 1)), ((7, 1), (1, 2)), ((2, 3, 4), (2, 4, 5)), ((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,))]:
        cases.append(case(f"matmul {sa} {sb}", "matmul", lambda a, b: torch.matmul(a, b), {"a": grid(60, *sa), "b": grid(61, *sb)}))
    return cases


def hint(z, y):
    """l(z, y) as the sheet's hint of Problem 5 writes it."""
    s = torch.sigmoid
    return 0.5 * (1 - y) * ((1 - s(-z)) ** 2 + s(z) ** 2) + 0.5 * (1 + y) * (s(-z) ** 2 + (1 - s(z)) ** 2)


def losses():
    cases = []
    z = torch.tensor([-1000.0, -30, -2, -0.5, 0, 0.25, 1, 8, 40, 1000])
    z = torch.cat([z, z])
    y = torch.cat([torch.ones(10), -torch.ones(10)])
    x = grid(70, 4, 3)
    t = grid(71, 4, 3)
    logits = torch.cat([grid(72, 5, 4, scale=2), torch.tensor([[1000.0, -1000, 0, 1], [-1000, -999, -1000, -1000]])])
    labels = torch.tensor([0, 3, 2, 1, 1, 2, 1])
    for reduction in ("mean", "sum"):
        opts = {"sum": [int(reduction == "sum")]}
        reduce = torch.mean if reduction == "mean" else torch.sum
        cases += [
            case(f"sum of squares, {reduction}", "sumofsquares", lambda z, y: reduce(hint(z, y)), {"z": z, "y": y}, opts, ["z"]),
            case(f"KL, {reduction}", "kl", lambda z, y: reduce(-F.logsigmoid(y * z)), {"z": z, "y": y}, opts, ["z"]),
            case(f"MSE, {reduction}", "mse", lambda x, t: F.mse_loss(x, t, reduction=reduction), {"x": x, "t": t}, opts),
            case(f"cross-entropy, {reduction}", "crossentropy",
                 lambda x, labels: F.cross_entropy(x, labels, reduction=reduction), {"x": logits, "labels": labels}, opts),
        ]
    return cases


def optimizers():
    """Six steps from a fixed start along fixed gradients: output is (6, 5)."""
    start, gradients = grid(80, 5), grid(81, 6, 5)
    def one(name, op, options, make):
        p = start.clone().requires_grad_()
        opt = make([p])
        rows = []
        for g in gradients:
            p.grad = g.clone()
            opt.step()
            rows.append(p.detach().clone())
        return {"name": name, "op": op, "options": {k: [v] for k, v in options.items()},
                "inputs": {"start": tensor_json(start), "gradients": tensor_json(gradients)},
                "output": tensor_json(torch.stack(rows)), "grads": {}}
    def sgd(name, **o):
        return one(name, "sgd", {k: float(v) for k, v in o.items()}, lambda p: torch.optim.SGD(p, **o))
    def adam(name, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0):
        o = {"lr": lr, "beta1": beta1, "beta2": beta2, "eps": eps, "weight_decay": weight_decay}
        return one(name, "adam", o, lambda p: torch.optim.Adam(p, lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=weight_decay))
    return [
        sgd("plain", lr=0.1),
        sgd("momentum", lr=0.1, momentum=0.9),
        sgd("dampening", lr=0.05, momentum=0.9, dampening=0.3),
        sgd("Nesterov", lr=0.1, momentum=0.8, nesterov=True),
        sgd("weight decay", lr=0.1, weight_decay=0.01),
        sgd("momentum and weight decay", lr=0.02, momentum=0.5, weight_decay=0.1),
        sgd("Nesterov and weight decay", lr=0.02, momentum=0.5, weight_decay=0.1, nesterov=True),
        adam("Adam"),
        adam("Adam, other decays", lr=0.01, beta1=0.8, beta2=0.95, eps=1e-4),
        adam("Adam, weight decay", lr=0.01, weight_decay=0.1),
        adam("Adam, zero decays and eps", lr=0.01, beta1=0.0, beta2=0.99, eps=0.0),
        adam("Adam, signs", lr=0.01, beta1=0.0, beta2=0.0, eps=0.0),
    ]


# Table I of the sheet: a row for each map of S2, a column for each of C3.
TABLE = [
    "X...XXX..XXXX.XX",
    "XX...XXX..XXXX.X",
    "XXX...XXX..X.XXX",
    ".XXX..XXXX..X.XX",
    "..XXX..XXXX.XX.X",
    "...XXX..XXXX.XXX",
]


class Original(torch.nn.Module):
    """C3 as the sheet's hint builds it, with the names of the course's script."""

    def __init__(self):
        super().__init__()
        self.sources = [[i for i in range(6) if TABLE[i][j] == "X"] for j in range(16)]
        self.module_3 = torch.nn.ModuleList(torch.nn.Conv2d(3, 1, 5) for _ in range(6))
        self.module_4 = torch.nn.ModuleList(torch.nn.Conv2d(4, 1, 5) for _ in range(9))
        self.module_6 = torch.nn.Conv2d(6, 1, 5)

    def forward(self, x):
        modules = list(self.module_3) + list(self.module_4) + [self.module_6]
        return torch.cat([m(x[:, s, :, :]) for m, s in zip(modules, self.sources)], dim=1)


class Modern(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_layer = torch.nn.Conv2d(6, 16, 5)

    def forward(self, x):
        return self.conv_layer(x)


class LeNet(torch.nn.Module):
    def __init__(self, c3):
        super().__init__()
        s, tanh = torch.nn.Sequential, torch.nn.Tanh
        self.C1_layer = s(torch.nn.Conv2d(1, 6, 5, padding=2), tanh())
        self.P2_layer = s(torch.nn.AvgPool2d(2), tanh())
        self.C3_layer = s(c3, tanh())
        self.P4_layer = s(torch.nn.AvgPool2d(2), tanh())
        self.C5_layer = s(torch.nn.Linear(400, 120), tanh())
        self.F6_layer = s(torch.nn.Linear(120, 84), tanh())
        self.F7_layer = torch.nn.Linear(84, 10)

    def forward(self, x):
        x = self.P4_layer(self.C3_layer(self.P2_layer(self.C1_layer(x))))
        return self.F7_layer(self.F6_layer(self.C5_layer(x.flatten(1))))


class Sum(torch.nn.Sequential):
    """The sum of what its children make of the same input, as nn.Sum is."""

    def forward(self, x):
        return sum(m(x) for m in self)


def resnet():
    """The residual network of the README."""
    s = torch.nn.Sequential
    def convolution(i, o, size, stride):
        return s(torch.nn.Conv2d(i, o, size, stride, size // 2, bias=False), torch.nn.BatchNorm2d(o), torch.nn.ReLU())
    def block(i, o, stride):
        return Sum(s(convolution(i, o, 3, stride), convolution(o, o, 3, 1)), convolution(i, o, 1, stride))
    return s(convolution(1, 16, 3, 1), block(16, 16, 1), block(16, 32, 2), block(32, 64, 2), torch.nn.AdaptiveAvgPool2d(1),
             torch.nn.Flatten(), torch.nn.Linear(64, 10))


# The digits of the output layer of 1998, after Figure 3 of the paper.
DIGITS = [
    "..###.. ...#... ..###.. ####### .....#. ####### ..####. ####### .#####. .#####.",
    ".#...#. ..##... .#...#. .....#. ....##. #...... .#..... #.....# #.....# #.....#",
    "#.....# .#.#... #.....# ....#.. ...#.#. #...... #...... ......# #.....# #.....#",
    "#.....# ...#... ......# ...#... ..#..#. #.####. #...... .....#. #.....# #.....#",
    "#.....# ...#... .....#. ..###.. .#...#. ##....# #.####. .....#. .#####. #....##",
    "#.....# ...#... ....#.. .....#. #....#. ......# ##....# ....#.. #.....# .####.#",
    "#.....# ...#... ...#... ......# ####### ......# #.....# ....#.. #.....# ......#",
    "#.....# ...#... ..#.... ......# .....#. ......# #.....# ...#... #.....# ......#",
    ".#...#. ...#... .#..... #.....# .....#. #.....# #.....# ...#... #.....# .....#.",
    "..###.. .#####. ####### .#####. .....#. .#####. .#####. ...#... .#####. .####..",
    "....... ....... ....... ....... ....... ....... ....... ....... ....... .......",
    "....... ....... ....... ....... ....... ....... ....... ....... ....... .......",
]


def centres():
    """The bitmaps, row by row, as ten vectors of +1 for black and -1 for white."""
    glyphs = zip(*(line.split() for line in DIGITS))
    return torch.tensor([[1.0 if c == "#" else -1.0 for c in "".join(g)] for g in glyphs])


def squash(a):
    return 1.7159 * torch.tanh(2 / 3 * a)


def subsample(x, w, b):
    """Sums of 2x2 squares, times a coefficient and plus a bias for every map."""
    return 4 * F.avg_pool2d(x, 2) * w[:, None, None] + b[:, None, None]


def rbf(x, w):
    return ((x[:, None, :] - w) ** 2).sum(2)


def map_loss(z, labels, j=0.1, reduction=torch.mean):
    """Eq. (9) of the paper for the penalties -z: cross-entropy with one more class,
    of logit -j, that is no label."""
    more = torch.full((z.shape[0], 1), -j)
    return reduction(F.cross_entropy(torch.cat([z, more], 1), labels, reduction="none"))


class Squashed(torch.nn.Module):
    def forward(self, a):
        return squash(a)


class Subsampling(torch.nn.Module):
    def __init__(self, maps):
        super().__init__()
        self.coefficient = torch.nn.Parameter(torch.zeros(maps))
        self.bias = torch.nn.Parameter(torch.zeros(maps))

    def forward(self, x):
        return squash(subsample(x, self.coefficient, self.bias))


class LeCun1998(torch.nn.Module):
    """LeNet-5 as published, with the names of the course's script; minus the
    penalties are its logits."""

    def __init__(self):
        super().__init__()
        s = torch.nn.Sequential
        self.C1_layer = s(torch.nn.Conv2d(1, 6, 5), Squashed())
        self.S2_layer = Subsampling(6)
        self.C3_layer = s(Original(), Squashed())
        self.S4_layer = Subsampling(16)
        self.C5_layer = s(torch.nn.Conv2d(16, 120, 5), Squashed())
        self.F6_layer = s(torch.nn.Linear(120, 84), Squashed())

    def forward(self, x):
        x = 1.275 * F.pad(x, (2, 2, 2, 2)) - 0.1
        x = self.S4_layer(self.C3_layer(self.S2_layer(self.C1_layer(x))))
        return -rbf(self.F6_layer(self.C5_layer(x).flatten(1)), centres())


def lecun1998():
    """The operations that only the network of 1998 has."""
    def loss(name, z, j, reduction):
        labels = torch.tensor([0, 3, 2, 1, 1, 2, 1])[:z.shape[0]]
        opts = {"j": [j], "sum": [int(reduction == torch.sum)]}
        return case(name, "map", lambda z, labels: map_loss(z, labels, j, reduction), {"z": z, "labels": labels}, opts)
    far = torch.tensor([[-1000.0, -2000, -3000, -2500], [0, -2000, -1500, -1000]])
    return [
        case("squash", "squash", lambda x: squash(x), {"x": grid(100, 3, 7, scale=2)}),
        case("subsample one map", "subsample", subsample, {"x": grid(101, 1, 1, 2, 2), "w": grid(102, 1), "b": grid(103, 1)}),
        case("subsample", "subsample", subsample, {"x": grid(104, 3, 4, 6, 8), "w": grid(105, 4), "b": grid(106, 4)}),
        case("rbf", "rbf", rbf, {"x": grid(107, 4, 6), "w": grid(108, 3, 6)}),
        case("rbf with the bitmaps", "rbf", rbf, {"x": grid(109, 3, 84), "w": centres()}),
        loss("map, mean", grid(110, 7, 4, scale=2), 0.1, torch.mean),
        loss("map, sum", grid(111, 7, 4, scale=2), 2.0, torch.sum),
        loss("map far out", far, 0.1, torch.mean),
    ]


def training(name, op, net, bound, x, target, loss, lr):
    """Three steps of SGD on one batch. Parameter number i (from 0) starts as
    sequence(i + 1, ..., bound). Records the outputs of the network before, the
    loss before each step and, under "grads", a summary of every parameter after."""
    for i, p in enumerate(net.parameters()):
        p.data = filled(i + 1, *p.shape, bound=bound)
    opt = torch.optim.SGD(net.parameters(), lr=lr)
    logits, losses = net(x), []
    for _ in range(3):
        opt.zero_grad()
        value = loss(net(x), target)
        value.backward()
        opt.step()
        losses.append(value.detach())
    return {
        "name": name, "op": op, "options": {"lr": [lr]},
        "inputs": {"labels": tensor_json(target), "logits": tensor_json(logits)},
        "output": tensor_json(torch.stack(losses)),
        "grads": {k: tensor_json(summary(p.detach())) for k, p in net.named_parameters()},
    }


def summary(p):
    """The sum, the sum of squares and the first five elements."""
    return torch.cat([torch.stack([p.sum(), (p * p).sum()]), p.reshape(-1)[:5]])


def lenet():
    """The course's networks and settings, and the network of 1998 with the paper's
    loss, on four made-up images."""
    images = filled(1000, 4, 1, 28, 28, bound=1)
    labels = torch.tensor([4, 9, 0, 7])
    return [training(name, "lenet", LeNet(c3), 1 / 8, images, labels, F.cross_entropy, 0.1)
            for name, c3 in (("original", Original()), ("modern", Modern()))] + [
        training("lecun1998", "lenet", LeCun1998(), 1 / 8, images, labels, map_loss, 1 / 256)]


def linear():
    """The model of Problem 5 with the course's settings on eight made-up images,
    whose pixels sequence(1000, ..., 1/2) + 1/2 are in [0, 1)."""
    images = filled(1000, 8, 784, bound=1 / 2) + 1 / 2
    y = torch.tensor([[-1.0], [1], [1], [-1], [1], [-1], [-1], [1]])
    losses = {
        "mse": lambda z, y: hint(z, y).mean(),
        "kl": lambda z, y: -F.logsigmoid(y * z).mean(),
    }
    return [training(name, name, torch.nn.Linear(784, 1), 1 / 32, images, y, loss, 0.0255)
            for name, loss in losses.items()]


def mlp():
    """The network of Problem 6 and the gradients of its output by A_l, b_l and x."""
    def one(sizes, name):
        layers = range(1, len(sizes))
        inputs = {"x": grid(90, 1, sizes[0])}
        for i in layers:
            inputs[f"A{i}"] = grid(90 + i, sizes[i], sizes[i - 1])
            inputs[f"b{i}"] = grid(95 + i, sizes[i])
        def forward(x, **p):
            for i in layers:
                x = F.linear(x, p[f"A{i}"], p[f"b{i}"])
                x = ACTIVATIONS[name](x) if i < len(layers) else x
            return x
        text = ",".join(map(str, sizes))
        return case(f"{text} {name}", name, forward, inputs, {"sizes": sizes}, dout=torch.ones(1, 1))
    return [
        one([5, 4, 3, 1], "tanh"),
        one([3, 6, 2, 1], "sigmoid"),
        one([4, 1], "tanh"),
        one([2, 3, 3, 2, 1], "softplus"),
    ]


def selection():
    """What takes, moves and joins elements, and products of broadcast stacks. An index is an input that is no number."""
    x = grid(120, 3, 4, 5)
    matrix, equal = grid(121, 4, 6), ties(122, 3, 4, 5, n=3)
    cases = [
        case("slice", "slice", lambda x: x[:, 1:3], {"x": x}, {"axis": [1], "from": [1], "to": [3]}),
        case("slice from the end", "slice", lambda x: x[..., -4:-1], {"x": x}, {"axis": [-1], "from": [-4], "to": [-1]}),
        case("slice of everything", "slice", lambda x: x[0:3], {"x": x}, {"axis": [0], "from": [0], "to": [3]}),
        case("pad the last axis", "pad", lambda x: F.pad(x, (1, 2)), {"x": x}, {"widths": [1, 2], "value": [0]}),
        case("pad two axes", "pad", lambda x: F.pad(x, (0, 3, 2, 1), value=-1.5), {"x": x}, {"widths": [2, 1, 0, 3], "value": [-1.5]}),
        case("pad all axes", "pad", lambda x: F.pad(x, (1, 0, 0, 1, 2, 2), value=0.5), {"x": x},
             {"widths": [2, 2, 0, 1, 1, 0], "value": [0.5]}),
        # At a bound itself the gradient is 1 in PyTorch 1.13 and 0 in 2.15.
        case("clamp", "clamp", lambda x: torch.clamp(x, -65 / 128, 97 / 128), {"x": x}, {"bounds": [-65 / 128, 97 / 128]}),
        case("clamp above", "clamp", lambda x: torch.clamp(x, max=1 / 128), {"x": x}, {"bounds": [-100, 1 / 128]}),
        case("one hot", "onehot", lambda x, index: F.one_hot(index, 5) + 0 * x.sum(), {"x": x, "index": torch.tensor([4, 0, 2, 2])},
             {"classes": [5]}),
    ]
    for axis in range(3):
        shape = [2, 3, 2]
        shape[axis] = 6
        index = (torch.floor((filled(123 + axis, *shape, bound=1) + 1) * x.shape[axis] / 2)).long()
        cases.append(case(f"gather along {axis}", "gather", lambda x, index, a=axis: torch.gather(x, a, index),
                          {"x": x, "index": index}, {"axis": [axis]}))
        cases.append(case(f"argmax along {axis}", "argmax", lambda x, a=axis: x.argmax(a) + 0 * x.sum(), {"x": equal}, {"axis": [axis]}))
    cases.append(case("gather labels", "gather", lambda x, index: torch.gather(x, 1, index),
                      {"x": matrix, "index": torch.tensor([[5], [0], [3], [3]])}, {"axis": [1]}))
    for axis in range(3):
        cases.append(case(f"stack along {axis}", "stack", lambda a, b, c, d=axis: torch.stack([a, b, c], d),
                          {"a": grid(126, 2, 3), "b": grid(127, 2, 3), "c": grid(128, 2, 3)}, {"axis": [axis]}))
    for sc, sa, sb in [((4, 5), (4, 5), (4, 5)), ((4, 1), (5,), (4, 5)), ((3, 1, 5), (4, 1), (1,)), ((5,), (2, 1), (1, 5))]:
        cases.append(case(f"where {sc} {sa} {sb}", "where", lambda c, a, b: torch.where(c != 0, a, b),
                          {"c": ties(129, *sc, n=3), "a": grid(130, *sa), "b": grid(131, *sb)}, wrt=["a", "b"]))
    for sa, sb in [((2, 3, 4), (4, 5)), ((3, 4), (2, 4, 5)), ((2, 1, 3, 4), (5, 4, 2)), ((1, 3, 4), (3, 4, 2)),
                   ((3, 2, 1, 2), (1, 2, 2, 3)), ((4,), (3, 4, 2)), ((2, 3, 4), (4,)), ((2, 2, 3, 4), (4,))]:
        cases.append(case(f"matmul {sa} {sb}", "matmul", lambda a, b: torch.matmul(a, b), {"a": grid(132, *sa), "b": grid(133, *sb)}))
    return cases


def crossentropy():
    """Cross-entropy with its options: ignored labels and label smoothing."""
    cases = []
    logits = torch.cat([grid(140, 5, 4, scale=2), torch.tensor([[1000.0, -1000, 0, 1], [-1000, -999, -1000, -1000]])])
    for labels, ignore in [([0, 3, 2, 1, 1, 2, 1], -100), ([0, -100, 2, 1, -100, 2, 1], -100), ([0, 3, 2, 1, 1, 2, 1], 1),
                           ([255, 3, 2, 1, 1, 255, 0], 255)]:
        for smoothing in (0.0, 0.1, 0.75, 1.0):
            for reduction in ("mean", "sum"):
                opts = {"sum": [int(reduction == "sum")], "ignore": [ignore], "smoothing": [smoothing]}
                cases.append(case(f"{labels}, ignore {ignore}, smoothing {smoothing}, {reduction}", "crossentropy",
                                  lambda x, labels, i=ignore, s=smoothing, r=reduction: F.cross_entropy(
                                      x, labels, ignore_index=i, label_smoothing=s, reduction=r),
                                  {"x": logits, "labels": torch.tensor(labels)}, opts))
    return cases


def updates():
    """Steps of AdamW and RMSprop like those of optimizers, gradients that are clipped by
    their norm, and learning rates of 25 steps: "output" is all of them."""
    start, gradients = grid(80, 5), grid(81, 6, 5)
    def one(name, op, make, **o):
        p = start.clone().requires_grad_()
        opt, rows = make([p], **o), []
        for g in gradients:
            p.grad = g.clone()
            opt.step()
            rows.append(p.detach().clone())
        betas = dict(zip(("beta1", "beta2"), o.pop("betas", (0, 0))))
        return {"name": name, "op": op, "options": {k: [float(v)] for k, v in {**o, **betas}.items()},
                "inputs": {"start": tensor_json(start), "gradients": tensor_json(gradients)},
                "output": tensor_json(torch.stack(rows)), "grads": {}}
    adamw, rmsprop = torch.optim.AdamW, torch.optim.RMSprop
    cases = [
        one("AdamW", "adamw", adamw),
        one("AdamW with options", "adamw", adamw, lr=0.05, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.2),
        one("RMSprop", "rmsprop", rmsprop),
        one("RMSprop with options", "rmsprop", rmsprop, lr=0.05, alpha=0.8, eps=1e-2, weight_decay=0.1),
        one("RMSprop with momentum", "rmsprop", rmsprop, lr=0.02, momentum=0.9, weight_decay=0.05),
        one("RMSprop, centered", "rmsprop", rmsprop, lr=0.02, centered=True),
        one("RMSprop, centered, with momentum", "rmsprop", rmsprop, lr=0.02, alpha=0.7, momentum=0.5, centered=True),
    ]
    for limit in (0.5, 3.0, 100.0):
        a, b = torch.zeros(3, 4, requires_grad=True), torch.zeros(5, requires_grad=True)
        a.grad, b.grad = grid(150, 3, 4), grid(151, 5)
        inputs = {"a": tensor_json(a.grad.clone()), "b": tensor_json(b.grad.clone())}
        norm = torch.nn.utils.clip_grad_norm_([a, b], limit)
        cases.append({"name": f"clip to {limit}", "op": "clip", "options": {"max": [limit]}, "inputs": inputs,
                      "output": tensor_json(norm), "grads": {"a": tensor_json(a.grad), "b": tensor_json(b.grad)}})
    schedule = torch.optim.lr_scheduler
    for name, op, options, make in [
        ("step", "steplr", {"size": 4, "gamma": 0.3}, lambda o: schedule.StepLR(o, 4, 0.3)),
        ("cosine", "cosine", {"steps": 24, "min": 0.0}, lambda o: schedule.CosineAnnealingLR(o, 24)),
        ("cosine with a floor", "cosine", {"steps": 24, "min": 0.02}, lambda o: schedule.CosineAnnealingLR(o, 24, 0.02)),
        ("warm-up", "warmup", {"steps": 5, "start": 0.25}, lambda o: schedule.LinearLR(o, 0.25, 1.0, 5)),
        ("warm-up, then cosine", "warmupcosine", {"steps": 5, "start": 0.125, "then": 19},
         lambda o: schedule.SequentialLR(o, [schedule.LinearLR(o, 0.125, 1.0, 5), schedule.CosineAnnealingLR(o, 19)], [5])),
    ]:
        opt = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
        s, rates = make(opt), []
        for _ in range(25):
            rates.append(opt.param_groups[0]["lr"])
            opt.step()
            s.step()
        cases.append({"name": name, "op": op, "options": {"lr": [0.3], **{k: [v] for k, v in options.items()}}, "inputs": {},
                      "output": tensor_json(torch.tensor(rates)), "grads": {}})
    return cases


def layers():
    """Batch normalisation, three batches in training and one in evaluation: "output" is the last batch's; "state" in the inputs
    are the running statistics after it. And adaptive pooling."""
    def norm(name, shape, eps=1e-5, momentum=0.1, affine=True, track=True, training=True):
        make = torch.nn.BatchNorm1d if len(shape) < 4 else torch.nn.BatchNorm2d
        bn = make(shape[1], eps, momentum, affine, track)
        if affine:
            bn.weight.data, bn.bias.data = grid(160, shape[1]), grid(161, shape[1])
        batches = [grid(162 + i, *shape) * (i + 1) + i for i in range(3)]
        for x in batches[:2]:
            bn(x)
        bn.train(training)
        wrt = {"x": batches[2], **({"w": bn.weight.detach(), "b": bn.bias.detach()} if affine else {})}
        def last(x, w=None, b=None):
            params = {"weight": w, "bias": b} if affine else {}
            return functional_call(bn, params, (x,))
        options = {"eps": [eps], "momentum": [-1 if momentum is None else momentum], "affine": [int(affine)], "track": [int(track)],
                   "training": [int(training)]}
        c = case(name, "batchnorm", last, wrt, options)
        c["inputs"].update({"first": tensor_json(batches[0]), "second": tensor_json(batches[1])})
        if track:
            c["inputs"].update({"mean": tensor_json(bn.running_mean), "var": tensor_json(bn.running_var),
                                "count": tensor_json(bn.num_batches_tracked)})
        return c
    cases = []
    for training in (True, False):
        for shape in [(6, 3), (4, 3, 5), (3, 2, 4, 5), (2, 5, 1, 1)]:
            suffix = f" {shape}, " + ("training" if training else "evaluation")
            cases += [
                norm("batch norm" + suffix, shape, training=training),
                norm("no affine" + suffix, shape, affine=False, training=training),
                norm("no running statistics" + suffix, shape, track=False, training=training),
                norm("neither" + suffix, shape, affine=False, track=False, training=training),
                norm("eps and momentum" + suffix, shape, eps=0.5, momentum=0.75, training=training),
                norm("mean of all batches" + suffix, shape, momentum=None, training=training),
            ]
    for x, size in [((2, 3, 6, 4), (1, 1)), ((2, 3, 6, 4), (3, 2)), ((1, 2, 7, 5), (3, 2)), ((1, 2, 5, 7), (4, 7)), ((2, 1, 3, 4), (5, 6)),
                    ((1, 3, 10, 9), (7, 4)), ((2, 2, 1, 1), (3, 2)), ((1, 2, 6, 5), (None, 2)), ((1, 2, 6, 5), (4, None))]:
        cases.append(case(f"adaptive {x} to {size}", "adaptive", lambda x, s=size: F.adaptive_avg_pool2d(x, s), {"x": grid(170, *x)},
                          {"size": [n or 0 for n in size]}))
    return cases


TOPICS = {f.__name__: f for f in (
    conv2d, avgpool2d, maxpool2d, activations, arithmetic, losses, optimizers, mlp, linear, lenet, lecun1998, selection, crossentropy,
    updates, layers)}


def write(folder):
    for topic, make in TOPICS.items():
        cases = [json.dumps(c, separators=(",", ":"), allow_nan=False) for c in make()]
        with open(os.path.join(folder, topic + ".json"), "w") as f:
            f.write('{"torch": "%s", "cases": [\n%s\n]}\n' % (torch.__version__, ",\n".join(cases)))


def differs(a, b):
    """The first place where two JSON values differ by more than rounding."""
    if isinstance(a, dict) and isinstance(b, dict):
        if a.keys() != b.keys():
            return f"keys {sorted(a)} and {sorted(b)}"
        found = ((k, differs(a[k], b[k])) for k in a if k != "torch")
    elif isinstance(a, list) and isinstance(b, list):
        if len(a) != len(b):
            return f"lengths {len(a)} and {len(b)}"
        found = ((i, differs(x, y)) for i, (x, y) in enumerate(zip(a, b)))
    elif isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return "" if abs(a - b) <= 1e-12 * max(1, abs(a)) else f"{a} and {b}"
    else:
        return "" if a == b else f"{a!r} and {b!r}"
    return next((f"{k}: {d}" for k, d in found if d), "")


def check(folder):
    with tempfile.TemporaryDirectory() as fresh:
        write(fresh)
        for topic in TOPICS:
            with open(os.path.join(folder, topic + ".json")) as f:
                then = json.load(f)
            with open(os.path.join(fresh, topic + ".json")) as f:
                now = json.load(f)
            if d := differs(then, now):
                sys.exit(f"{topic}.json: {d}")
    print(f"PyTorch {torch.__version__} agrees with the files of {len(TOPICS)} topics")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Reference values from PyTorch.")
    parser.add_argument("dir", nargs="?", default=HERE, help="where the files are; beside this script by default")
    parser.add_argument("--check", action="store_true", help="compare the files with PyTorch's values and write nothing")
    args = parser.parse_args()
    if args.check:
        check(args.dir)
    else:
        write(args.dir)
