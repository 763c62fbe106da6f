#!/usr/bin/env python3
"""Trains the residual network of the README in PyTorch, with its settings, and prints its accuracy.

    python3 fashion.py SEED [DIR]

DIR holds Fashion-MNIST, compressed: Debian's dataset-fashion-mnist by default. "HW4_FASHION=SEED go test ./tensor/train -v -run
Fashion" does the same with this library.
"""

import gzip
import os
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

sys.dont_write_bytecode = True
import generate

IMAGES, EPOCHS, BATCH = 6400, 2, 128


def idx(folder, name, header):
    with gzip.open(os.path.join(folder, name + ".gz")) as f:
        return torch.from_numpy(np.frombuffer(f.read(), "u1", offset=header).copy())


def load(folder, name):
    """Images in [0, 1], and labels."""
    return idx(folder, name + "-images-idx3-ubyte", 16).reshape(-1, 1, 28, 28).float() / 255, idx(folder, name + "-labels-idx1-ubyte", 8).long()


def main():
    seed, folder = int(sys.argv[1]), (sys.argv[2:] + ["/usr/share/datasets/fashion-mnist"])[0]
    torch.set_default_dtype(torch.float32)
    torch.set_num_threads(int(os.environ.get("THREADS", 2)))
    torch.manual_seed(seed)
    x, y = load(folder, "train")
    net = generate.resnet()
    opt = torch.optim.AdamW(net.parameters(), lr=0.003)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(opt, EPOCHS * IMAGES // BATCH)
    start = time.time()
    for _ in range(EPOCHS):
        for batch in torch.randperm(IMAGES).split(BATCH):
            opt.zero_grad()
            F.cross_entropy(net(x[batch]), y[batch]).backward()
            opt.step()
            schedule.step()
    speed = EPOCHS * IMAGES / (time.time() - start)
    net.eval()
    with torch.no_grad():
        right = sum(int((net(a).argmax(1) == b).sum()) for a, b in zip(*(t.split(500) for t in load(folder, "t10k"))))
    print(f"seed {seed}: accuracy {right / 10000:.4f}, {speed:.0f} images/s, PyTorch {torch.__version__}")


if __name__ == "__main__":
    main()
