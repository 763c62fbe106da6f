"""Writes the files beside it with the safetensors library and NumPy. The tests
compare what they hold with the numbers below, and what Write writes with their
bytes. It needs "pip install safetensors numpy"."""

import os

import numpy as np
from safetensors.numpy import save_file

os.chdir(os.path.dirname(os.path.abspath(__file__)))
x = np.array([[0, 1, -2.5], [1e-3, 7, 65504]])

# Every type, the ends of the integers, shapes without elements and without axes.
tensors = {"F16": x.astype("f2"), "F32": x.astype("f4"), "F64": x}
for name in ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]:
    t = np.dtype(name)
    tensors[f"{name[0].upper()}{8 * t.itemsize}"] = np.array([int(np.iinfo(t).min), 0, 1, int(np.iinfo(t).max)], t)
tensors["BOOL"] = np.array([True, False, True])
tensors["number"] = np.array(2.5, "f4")
tensors["nothing"] = np.zeros((0, 3), "f4")
tensors['a "name" \\ with\n\té\x01\x7f/'] = np.zeros(1, "f4")
save_file(tensors, "types.safetensors", metadata={"format": "pt"})

save_file({"1.weight": np.arange(6, dtype="f4").reshape(2, 3), "0.bias": np.ones(2, "f4")}, "plain.safetensors")
save_file({}, "none.safetensors")
