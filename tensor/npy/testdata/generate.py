"""Writes the files beside it with NumPy. The tests compare what they hold with
the numbers below, and what Write writes with their bytes."""

import os

import numpy as np

os.chdir(os.path.dirname(os.path.abspath(__file__)))
x = np.array([[0, 1, -2.5], [1e-3, 7, 65504]])

# The same array in every type of floats, both byte orders and both memory orders.
for name in ["<f2", "<f4", "<f8", ">f2", ">f4", ">f8"]:
    order = {"<": "little", ">": "big"}[name[0]]
    np.save(f"{order}_{name[1:]}.npy", x.astype(name))
np.save("fortran_f8.npy", np.asfortranarray(x))
np.save("fortran_f4_3d.npy", np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4)))

# The ends of every type of integers, and booleans.
for name in ["|i1", "<i2", "<i4", "<i8", ">i8", "|u1", "<u2", ">u4", "<u8"]:
    t = np.dtype(name)
    order = "big_" if name[0] == ">" else ""
    ends = np.array([int(np.iinfo(t).min), 0, 1, int(np.iinfo(t).max)], t)
    np.save(f"{order}{name[1:]}.npy", ends)
np.save("b1.npy", np.array([True, False, True]))

# Shapes: a number, nothing, and one axis.
np.save("scalar.npy", np.array(2.5))
np.save("empty.npy", np.zeros((0, 3), "<f4"))
np.save("vector.npy", np.arange(5, dtype="<f8"))

# The other versions of the header, and what is refused.
for version in [(2, 0), (3, 0)]:
    with open(f"version{version[0]}.npy", "wb") as f:
        np.lib.format.write_array(f, x, version=version)
np.save("complex.npy", np.zeros(2, complex))
np.save("object.npy", np.array([{}, None], dtype=object), allow_pickle=True)
np.save("record.npy", np.zeros(2, [("a", "<f4"), ("b", "<i2")]))
np.save("string.npy", np.array(["ab", "c"]))
np.save("date.npy", np.array(["2024-04-01"], "datetime64[D]"))

named = {"0.weight": x.astype("<f4"), "0.bias": np.arange(2, dtype="<f4")}
np.savez("stored.npz", **named)
np.savez_compressed("deflated.npz", **named)


class Pipe:
    """A file that cannot seek, for which zip puts sizes behind the members."""

    def __init__(self, f):
        self.write, self.flush, self.read = f.write, f.flush, None


with open("streamed.npz", "wb") as f:
    np.savez_compressed(Pipe(f), **named)
