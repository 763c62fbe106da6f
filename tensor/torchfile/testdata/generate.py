#!/usr/bin/env python3
"""Writes saved.zip: files of torch.save, and in saved.json what is in them.

    python3 generate.py        needs torch ("pip install torch"), 2.3 or newer

Each case of saved.json has the name of a file and either "tensors", a list of
[name, dtype, shape, SHA-256 of the elements, little-endian and row-major], with
"prefix", or "refused", a part of the error that a reader must give.
"""

import collections
import hashlib
import io
import json
import os
import zipfile

import torch
from torch import nn

torch.manual_seed(7)
CASES = []
FILES = {}


def flatten(value, prefix=""):
    if isinstance(value, torch.Tensor):
        yield prefix[:-1], value
    elif isinstance(value, dict):
        for k, v in value.items():
            yield from flatten(v, f"{prefix}{k}.")


def digest(t):
    t = t.detach().contiguous()
    raw = t.reshape(-1).view(torch.uint8).numpy().tobytes() if t.numel() else b""
    return hashlib.sha256(raw).hexdigest()


def save(name, value, prefix="", refused=None, **options):
    b = io.BytesIO()
    torch.save(value, b, **options)
    FILES[name] = b.getvalue()
    if refused:
        CASES.append({"file": name, "refused": refused})
        return
    tensors = [[n, str(t.dtype).removeprefix("torch."), list(t.shape), digest(t)] for n, t in flatten(value)]
    CASES.append({"file": name, "prefix": prefix, "tensors": tensors})


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.conv2 = nn.Conv2d(2, 3, 3)
        self.fc = nn.Linear(12, 4)

    def forward(self, x):
        return self.fc(self.conv2(self.conv1(x)).flatten(1))


def normed():
    m = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    m(torch.randn(4, 3))
    return m


net = LeNet()
state = net.state_dict()
optimizer = torch.optim.Adam(net.parameters())
net(torch.randn(1, 1, 6, 6)).sum().backward()
optimizer.step()
state = {k: v.clone() for k, v in net.state_dict().items()}
base = torch.arange(24.0).reshape(4, 6)
shared = torch.randn(5)
special = torch.tensor([0.0, -0.0, float("inf"), float("-inf"), float("nan"), 1e-45, 3.4028235e38])

# State dicts, plain and inside of others.
save("plain.pt", net.state_dict())
save("dict.pt", state)
save("ordered.pt", collections.OrderedDict(state))
save("nested.pt", {"epoch": 3, "state_dict": net.state_dict(), "loss": 0.25, "args": [1, 2.5, "x", None, True]}, "state_dict.")
save("model.pt", {"model": net.state_dict(), "optimizer": optimizer.state_dict(), "step": 10**12}, "model.")
save("tutorial.pt", {"epoch": 1, "model_state_dict": net.state_dict(),
                     "optimizer_state_dict": optimizer.state_dict(), "loss": torch.tensor(0.5)}, "")
CASES[-1]["prefix"] = "model_state_dict."
save("deep.pt", {"state_dict": {"model": net.state_dict()}}, "state_dict.model.")
save("alone.pt", {"weights_of_mine": net.state_dict(), "epoch": 2}, "weights_of_mine.")
save("two.pt", {"first": state, "second": state}, "")
save("optimizer.pt", optimizer.state_dict(), "")
CASES[-1]["prefix"] = "state."
# Prefixes.
save("parallel.pt", nn.DataParallel(net).state_dict())
save("compiled.pt", torch.compile(net).state_dict())
save("prefixed.pt", {f"model.{k}": v for k, v in state.items()})
save("twice.pt", {f"module._orig_mod.{k}": v for k, v in state.items()})
# Element types.
save("half.pt", LeNet().half().state_dict())
save("bfloat16.pt", LeNet().bfloat16().state_dict())
save("double.pt", LeNet().double().state_dict())
save("tenth.pt", {"w": torch.tensor([0.5, 0.1], dtype=torch.float64)})
save("integers.pt", {str(d).removeprefix("torch."): torch.tensor([0, 1, 100], dtype=d)
                     for d in (torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8, torch.bool)})
save("negative.pt", {"a": torch.tensor([-1, -128], dtype=torch.int8), "b": torch.tensor([-(2**31)], dtype=torch.int32),
                     "c": torch.tensor([-(2**53)])})
save("unsigned.pt", {"a": torch.tensor([1, 65535], dtype=torch.uint16), "b": torch.tensor([2**32 - 1], dtype=torch.uint32),
                     "c": torch.tensor([2**53], dtype=torch.uint64)})
save("special.pt", {"single": special, "double": special.double(), "half": special.half(), "brain": special.bfloat16()})
# Buffers, parameters, views.
save("buffers.pt", normed().state_dict())
save("parameter.pt", {"w": nn.Parameter(torch.randn(2, 3)), "frozen": nn.Parameter(torch.randn(2), requires_grad=False)})
save("shared.pt", {"a": shared, "b": shared, "tail": shared[3:], "middle": shared[1:4]})
save("tied.pt", nn.ModuleDict({"in": net.fc, "out": net.fc}).state_dict())
save("transposed.pt", {"t": base.t(), "permuted": torch.randn(2, 3, 4).permute(2, 0, 1)})
save("strided.pt", {"columns": base[:, ::2], "rows": base[1::2], "block": base[1:3, 2:5], "one": base[2, 3]})
save("expanded.pt", {"row": torch.randn(1, 3).expand(4, 3), "number": torch.tensor(2.5).expand(6)})
save("channels_last.pt", torch.randn(1, 2, 3, 4).to(memory_format=torch.channels_last))
# Single tensors, small and empty ones.
save("tensor.pt", torch.randn(3, 4))
save("scalar.pt", torch.tensor(3.5))
save("empty.pt", {"none": torch.zeros(0), "rows": torch.zeros(0, 3), "number": torch.tensor(7)})
save("axes.pt", torch.randn(*[1] * 12, 2))
save("graph.pt", {"leaf": torch.randn(3, requires_grad=True), "detached": (torch.randn(3, requires_grad=True) * 2).detach()})
save("names.pt", {"": torch.ones(1), "é ü 字": torch.ones(2), 'a"b\n\x1b[31m': torch.ones(3), "x" * 300: torch.ones(4)})
save("many.pt", {f"layer{i}.weight": torch.full((2,), float(i)) for i in range(300)})
save("lists.pt", {"state_dict": {"w": torch.ones(2)}, "losses": [i / 7 for i in range(3000)], "size": torch.Size([2, 3]),
                  "dtype": torch.float32, "device": torch.device("cpu"), "betas": (0.9, 0.999), "big": 2**100}, "state_dict.")
# For the command: a filter of Problem 3, alone and beside another; a model of Problem 5.
grey = torch.tensor([0.299, 0.587, 0.114], dtype=torch.float64)
save("grey.pt", grey)
save("filters.pt", {"grey": grey.reshape(1, 3, 1, 1), "edge": torch.ones(2, 3, 3)})
save("problem5.pt", nn.DataParallel(nn.Linear(784, 1)).state_dict())
# What is refused.
save("module.pt", net, refused="__main__.LeNet")
save("layer.pt", nn.Linear(2, 1), refused="torch.nn.modules.linear.Linear")
save("legacy.pt", net.state_dict(), refused="PyTorch's from before version 1.6", _use_new_zipfile_serialization=False)
save("protocol.pt", net.state_dict(), refused="the protocol of the pickle is 4", pickle_protocol=4)
save("complex.pt", {"c": torch.ones(2, dtype=torch.complex64)}, refused="torch.ComplexFloatStorage")
save("conjugate.pt", {"n": torch.ones(2, dtype=torch.complex64).conj().imag}, refused="without hooks and properties")
save("sparse.pt", {"s": torch.eye(3).to_sparse()}, refused="torch._utils._rebuild_sparse_tensor")
save("quantized.pt", {"q": torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)}, refused="torch.")
save("float8.pt", {"f": torch.ones(2).to(torch.float8_e4m3fn)}, refused="torch.float8_e4m3fn")
save("numpy.pt", {"w": torch.ones(2).numpy()}, refused="numpy")
save("list.pt", [torch.ones(2)], refused="the content is a list, want a tensor or a state dict")
save("number.pt", 3.5, refused="the content is a number")
script = io.BytesIO()
torch.jit.save(torch.jit.script(nn.Linear(2, 1)), script)
FILES["script.pt"] = script.getvalue()
CASES.append({"file": "script.pt", "refused": "the archive is a program of TorchScript"})

with zipfile.ZipFile(os.path.join(os.path.dirname(os.path.abspath(__file__)), "saved.zip"), "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
    for name, content in [("saved.json", json.dumps({"torch": torch.__version__, "cases": CASES}, indent=1).encode()), *FILES.items()]:
        z.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
print(len(CASES), "files")
