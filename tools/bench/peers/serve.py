"""What the Python programs of the comparison share: how a case is read, and the talk
with the Go program by lines of JSON. First the program says what it is; then each line
names a case, and is answered by the seconds and the losses of a training."""

import json
import os
import sys

import numpy


def read(c):
    """Return a case's weights by name, its images from 0 to 1, and its labels."""
    flat, state = numpy.fromfile(c["weights"], numpy.float32), {}
    for name, shape in c["params"]:
        size = int(numpy.prod(shape))
        state[name], flat = flat[:size].reshape(shape), flat[size:]
    if c["model"] == "masked":
        state = one_convolution(state, c["connections"])
    pixels = numpy.fromfile(c["pixels"], numpy.uint8).reshape(c["images"], -1)
    x = pixels.astype(numpy.float32) / numpy.float32(255)
    return state, x, numpy.fromfile(c["labels"], numpy.float32)


def one_convolution(state, connections):
    """Return the weights with those of C3's 16 convolutions in one, and zeros elsewhere."""
    c3 = [(name, v) for name, v in state.items() if name.startswith("C3")]
    rest = {name: v for name, v in state.items() if not name.startswith("C3")}
    weight = numpy.zeros((16, 6, 5, 5), numpy.float32)
    for i, selected in enumerate(connections):
        weight[i, selected] = c3[2 * i][1][0]
    bias = numpy.concatenate([v for _, v in c3[1::2]])
    return {**rest, "C3_layer.0.weight": weight, "C3_layer.0.bias": bias}


def mask_of(connections):
    mask = numpy.zeros((16, 6, 1, 1), numpy.float32)
    for i, selected in enumerate(connections):
        mask[i, selected] = 1
    return mask


def serve(version, turn):
    """Answer each request by turn(case), which returns seconds and losses."""
    lines = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints is no answer
    print(json.dumps({"version": version}), file=lines)
    for line in sys.stdin:
        try:
            seconds, losses = turn(json.loads(line))
            answer = {"seconds": seconds, "losses": losses}
        except Exception as e:  # the other programs go on
            answer = {"error": f"{type(e).__name__}: {e}"[:500]}
        print(json.dumps(answer), file=lines)
