#!/usr/bin/env python3
"""PyTorch's side of the comparison: trains the networks that the Go program asks
for, on the data and from the weights that it hands over, and says how long it took.

The Go program starts it and talks to it by lines of JSON: first a request names
the folder with the data, then each names a case, and each is answered by a line.
"""

import itertools
import json
import os
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


def read(path, dtype, *shape):
    with open(path, "rb") as f:
        return torch.frombuffer(bytearray(f.read()), dtype=dtype).reshape(*shape)


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


LOSSES = {"cross-entropy": F.cross_entropy, "mse": sum_of_squares, "kl": kl}


def case(folder, c):
    """Train once and return the seconds and the losses of all steps."""
    models = {
        "modern": lambda: LeNet(ModernC3()),
        "original": lambda: LeNet(OriginalC3(c["connections"])),
        "logistic": lambda: nn.Linear(784, 1),
    }
    model = models[c["model"]]()
    weights = read(os.path.join(folder, c["weights"]), torch.float32, -1)
    state, at = {}, 0
    for name, shape in c["params"]:
        n = torch.Size(shape).numel()
        state[name] = weights[at : at + n].reshape(shape).clone()
        at += n
    model.load_state_dict(state)
    n = c["images"]
    shape = (n, 784) if c["model"] == "logistic" else (n, 1, 28, 28)
    # The images are in memory, in floating point and in the order of the batches.
    x = read(os.path.join(folder, c["pixels"]), torch.uint8, *shape).float() / 255
    y = read(os.path.join(folder, c["labels"]), torch.float32, n)
    if c["loss"] == "cross-entropy":
        y = y.long()
    loss_of = LOSSES[c["loss"]]
    optimizer = torch.optim.SGD(model.parameters(), lr=c["lr"])
    losses = []
    start = time.perf_counter()
    batches = range(0, n, c["batch"])
    for first in itertools.chain(*[batches] * c["epochs"]):
        optimizer.zero_grad()
        batch = slice(first, first + c["batch"])
        loss = loss_of(model(x[batch]), y[batch])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {"seconds": time.perf_counter() - start, "losses": losses}


def main():
    # Every core this process may use, and nothing held back for the Go program,
    # which waits meanwhile.
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    about = {"version": torch.__version__, "threads": torch.get_num_threads(), "build": torch.__config__.show()}
    print(json.dumps(about), flush=True)
    folder = json.loads(sys.stdin.readline())["folder"]
    for line in sys.stdin:
        print(json.dumps(case(folder, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
