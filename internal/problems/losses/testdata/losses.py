#!/usr/bin/env python3
"""Computes losses.json, what PyTorch and NumPy make of Problem 5.

    python3 losses.py DIR    with DIR the folder of MNIST's four files, compressed

"runs": how many test images PyTorch's networks classify correctly after training
with each loss from 20 seeds with the course's settings, from the same start on the
same batches. The random numbers are PyTorch's, so that our counts are drawn
from the same distribution but are not the same.

"infimum": the smallest mean KL divergence over the training images that Newton's
method finds in double precision. Images with a lit pixel that is lit in one class
alone cost nothing in the limit in which its weight is infinite; they are taken
out first, again and again, until there are no more.
"""
import gzip
import json
import pathlib
import sys

import numpy as np
import torch

SEEDS, RATE, EPOCHS, BATCH = 20, 0.0255, 3, 64


def read(folder, name):
    raw = gzip.open(folder / f"{name}.gz").read()
    rank = raw[3]
    shape = [int.from_bytes(raw[4 + 4 * i : 8 + 4 * i], "big") for i in range(rank)]
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(shape)


def subset(folder, images, labels):
    x, digit = read(folder, images).reshape(-1, 784) / 255.0, read(folder, labels)
    keep = (digit == 4) | (digit == 9)
    return x[keep], np.where(digit[keep] == 4, -1.0, 1.0)


def losses():
    sigma = torch.sigmoid
    squares = lambda z, y: (0.5 * (1 - y) * ((1 - sigma(-z)) ** 2 + sigma(z) ** 2) + 0.5 * (1 + y) * (sigma(-z) ** 2 + (1 - sigma(z)) ** 2)).mean()
    kl = lambda z, y: -torch.nn.functional.logsigmoid(y * z).mean()
    return squares, kl


def trained(train, test, loss, seed):
    torch.manual_seed(seed)
    (x, y), (u, v) = train, test
    net = torch.nn.Linear(784, 1)
    sgd = torch.optim.SGD(net.parameters(), lr=RATE)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(y)).split(BATCH):
            sgd.zero_grad()
            loss(net(x[batch])[:, 0], y[batch]).backward()
            sgd.step()
    with torch.no_grad():
        return int((net(u)[:, 0] * v >= 0).sum())


def runs(train, test):
    tensors = [tuple(torch.tensor(t, dtype=torch.float32) for t in s) for s in (train, test)]
    return {name: [trained(*tensors, loss, seed) for seed in range(SEEDS)] for name, loss in zip(("mse", "kl"), losses())}


def infimum(x, y):
    total = len(y)
    while True:
        lit = np.stack([(x[y == s] > 0).any(0) for s in (-1, 1)])
        gone = (x[:, lit[0] != lit[1]] > 0).any(1)
        if not gone.any():
            break
        x, y = x[~gone], y[~gone]
    x = np.hstack([x[:, (x > 0).any(0)], np.ones((len(y), 1))])
    w = np.zeros(x.shape[1])
    value = lambda w: np.logaddexp(0, -y * (x @ w)).sum() / total
    best = value(w)
    for _ in range(60):
        s = 1 / (1 + np.exp(y * (x @ w)))
        gradient = -(x.T @ (y * s)) / total
        hessian = (x.T * (s * (1 - s))) @ x / total
        step = np.linalg.lstsq(hessian + 1e-12 * np.eye(len(w)), gradient, rcond=None)[0]
        t = 1.0
        while value(w - t * step) > best - 1e-4 * t * (gradient @ step) and t > 1e-9:
            t /= 2
        w = w - t * step
        gain, best = best - value(w), value(w)
        if gain < 1e-9:
            break
    return best


def main():
    folder = pathlib.Path(sys.argv[1])
    train = subset(folder, "train-images-idx3-ubyte", "train-labels-idx1-ubyte")
    test = subset(folder, "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
    values = {"torch": torch.__version__, "numpy": np.__version__, "infimum": infimum(*train), "runs": runs(train, test)}
    pathlib.Path(__file__).with_name("losses.json").write_text(json.dumps(values) + "\n")


if __name__ == "__main__":
    main()
