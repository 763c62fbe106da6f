#!/usr/bin/env python3
"""OpenBLAS's side of the comparison: cblas_sgemm on one core. Says which build of
OpenBLAS it is, and then answers each request, a product of an m x k and a k x n
matrix, by the seconds of the fastest of many calls."""

import ctypes
import ctypes.util
import json
import sys
import time

import numpy

name = ctypes.util.find_library("openblas") or "libopenblas.so.0"
try:
    blas = ctypes.CDLL(name)
except OSError:
    sys.exit("OpenBLAS not found: 'apt-get install libopenblas0' brings it")
blas.openblas_get_config.restype = ctypes.c_char_p
blas.openblas_get_corename.restype = ctypes.c_char_p
blas.openblas_set_num_threads(1)


def sgemm(m, n, k, a, b, c):
    row_major, no_transpose = 101, 111
    pointer = lambda x: x.ctypes.data_as(ctypes.c_void_p)
    blas.cblas_sgemm(
        row_major, no_transpose, no_transpose, m, n, k, ctypes.c_float(1), pointer(a), k, pointer(b), n,
        ctypes.c_float(0), pointer(c), n,
    )


print(json.dumps({"config": blas.openblas_get_config().decode(), "core": blas.openblas_get_corename().decode()}), flush=True)
for line in sys.stdin:
    r = json.loads(line)
    m, n, k = r["m"], r["n"], r["k"]
    rng = numpy.random.default_rng(1)
    a, b = (rng.random(s, dtype=numpy.float32) - 0.5 for s in ((m, k), (k, n)))
    c = numpy.zeros((m, n), dtype=numpy.float32)
    calls = r["calls"]
    best = float("inf")
    for _ in range(r["times"]):
        start = time.perf_counter()
        for _ in range(calls):
            sgemm(m, n, k, a, b, c)
        best = min(best, (time.perf_counter() - start) / calls)
    print(json.dumps({"seconds": best}), flush=True)
