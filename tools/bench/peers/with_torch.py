"""PyTorch's side of the comparison. With "compiled" among the arguments, the network with
its loss and the update of the weights are compiled, and channels are last in memory, which
is faster. It follows serve.py."""

import itertools
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


class OriginalC3(nn.Module):
    """C3 as the sheet's hint builds it: 16 convolutions of selected channels."""

    def __init__(self, connections):
        super().__init__()
        self.connections = connections
        by_size = {n: [c for c in connections if len(c) == n] for n in (3, 4)}
        self.module_3 = nn.ModuleList(nn.Conv2d(3, 1, 5) for _ in by_size[3])
        self.module_4 = nn.ModuleList(nn.Conv2d(4, 1, 5) for _ in by_size[4])
        self.module_6 = nn.Conv2d(6, 1, 5)

    def forward(self, x):
        modules = [*self.module_3, *self.module_4, self.module_6]
        return torch.cat([m(x[:, c, :, :]) for m, c in zip(modules, self.connections)], dim=1)


class MaskedC3(nn.Conv2d):
    """The same as one convolution, whose weights count where the mask is 1."""

    def __init__(self, connections):
        super().__init__(6, 16, 5)
        self.register_buffer("mask", torch.from_numpy(mask_of(connections)), persistent=False)

    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, self.bias)


class ModernC3(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_layer = nn.Conv2d(6, 16, 5)

    def forward(self, x):
        return self.conv_layer(x)


class LeNet(nn.Module):
    def __init__(self, c3):
        super().__init__()
        s, tanh = nn.Sequential, nn.Tanh
        self.C1_layer = s(nn.Conv2d(1, 6, 5, padding=2), tanh())
        self.P2_layer = s(nn.AvgPool2d(2), tanh())
        self.C3_layer = s(c3, tanh())
        self.P4_layer = s(nn.AvgPool2d(2), tanh())
        self.C5_layer = s(nn.Linear(400, 120), tanh())
        self.F6_layer = s(nn.Linear(120, 84), tanh())
        self.F7_layer = nn.Linear(84, 10)

    def forward(self, x):
        x = self.P4_layer(self.C3_layer(self.P2_layer(self.C1_layer(x))))
        return self.F7_layer(self.F6_layer(self.C5_layer(x.flatten(1))))


def sum_of_squares(z, y):
    """The sheet's hint, as it is written there."""
    z, s = z.reshape(-1), torch.sigmoid
    return torch.mean(
        0.5 * (1 - y) * ((1 - s(-z)) ** 2 + s(z) ** 2) + 0.5 * (1 + y) * (s(-z) ** 2 + (1 - s(z)) ** 2)
    )


def kl(z, y):
    return torch.mean(-F.logsigmoid(y * z.reshape(-1)))


MODELS = {
    "modern": lambda connections: LeNet(ModernC3()),
    "original": lambda connections: LeNet(OriginalC3(connections)),
    "masked": lambda connections: LeNet(MaskedC3(connections)),
    "logistic": lambda connections: nn.Linear(784, 1),
}
LOSSES = {"cross-entropy": F.cross_entropy, "mse": sum_of_squares, "kl": kl}
COMPILED = "compiled" in sys.argv
known = {}  # what has been compiled is kept for the next turn


def build(c):
    """Return the model of a case, the loss of a batch, and the update of the weights."""
    model = MODELS[c["model"]](c["connections"])
    optimizer = torch.optim.SGD(model.parameters(), lr=c["lr"])
    loss_of = LOSSES[c["loss"]]
    loss, update = lambda x, y: loss_of(model(x), y), optimizer.step
    if COMPILED:
        model.to(memory_format=torch.channels_last)
        loss, update = torch.compile(loss, dynamic=False), torch.compile(update)
    return model, optimizer, loss, update


def turn(c):
    key = (c["model"], c["loss"], c["batch"])
    model, optimizer, loss_of, update = known[key] = known.get(key) or build(c)
    state, x, y = read(c)
    model.load_state_dict({name: torch.from_numpy(v.copy()) for name, v in state.items()})
    # The images are in memory, in floating point and in the order of the batches.
    n = c["images"]
    x = torch.from_numpy(x if c["model"] == "logistic" else x.reshape(n, 1, 28, 28))
    y = torch.from_numpy(y)
    if c["loss"] == "cross-entropy":
        y = y.long()
    losses = []
    start = time.perf_counter()
    batches = range(0, n, c["batch"])
    for first in itertools.chain(*[batches] * c["epochs"]):
        batch = slice(first, first + c["batch"])
        optimizer.zero_grad()
        loss = loss_of(x[batch], y[batch])
        loss.backward()
        update()
        losses.append(loss.item())
    return time.perf_counter() - start, losses


if COMPILED:
    if not hasattr(torch, "compile"):
        sys.exit("this PyTorch has no compiler")
    torch._dynamo.config.recompile_limit = 100  # all cases and both sizes of batches share some code
    serve(f"PyTorch {torch.__version__.split('+')[0]} compiled", turn)
else:
    serve(f"PyTorch {torch.__version__}", turn)
