"""JAX's side of the comparison: the whole step, forward, backward and the update of the
weights, is one compiled function. It follows serve.py."""

import time
from functools import partial

import jax
import jax.numpy as jnp
from jax import lax


def convolve(x, w, b, padding="VALID"):
    """A convolution of images with the channels last, which are faster, with PyTorch's weights."""
    return lax.conv_general_dilated(x, w, (1, 1), padding, dimension_numbers=("NHWC", "OIHW", "NHWC")) + b


def pool(x):
    """Average pooling by 2."""
    window = (1, 2, 2, 1)
    return lax.reduce_window(x, 0.0, lax.add, window, window, "VALID") / 4


def c3(model, connections, p, x):
    if model == "modern":
        return convolve(x, p["C3_layer.0.conv_layer.weight"], p["C3_layer.0.conv_layer.bias"])
    if model == "masked":
        return convolve(x, p["C3_layer.0.weight"] * mask_of(connections), p["C3_layer.0.bias"])
    names = [f"module_3.{i}" for i in range(6)] + [f"module_4.{i}" for i in range(9)] + ["module_6"]
    maps = [
        convolve(x[..., list(selected)], p[f"C3_layer.0.{name}.weight"], p[f"C3_layer.0.{name}.bias"])
        for name, selected in zip(names, connections)
    ]
    return jnp.concatenate(maps, 3)


def lenet(model, connections, p, x):
    x = jnp.tanh(convolve(x, p["C1_layer.0.weight"], p["C1_layer.0.bias"], "SAME"))
    x = jnp.tanh(c3(model, connections, p, jnp.tanh(pool(x))))
    x = jnp.tanh(pool(x)).transpose(0, 3, 1, 2).reshape(len(x), 400)
    for layer in ("C5_layer.0", "F6_layer.0"):
        x = jnp.tanh(x @ p[layer + ".weight"].T + p[layer + ".bias"])
    return x @ p["F7_layer.weight"].T + p["F7_layer.bias"]


def cross_entropy(z, y):
    return -jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], 1).mean()


def sum_of_squares(z, y):
    """The sheet's hint, as it is written there."""
    z, s = z.reshape(-1), jax.nn.sigmoid
    return jnp.mean(0.5 * (1 - y) * ((1 - s(-z)) ** 2 + s(z) ** 2) + 0.5 * (1 + y) * (s(-z) ** 2 + (1 - s(z)) ** 2))


def kl(z, y):
    return jnp.mean(-jax.nn.log_sigmoid(y * z.reshape(-1)))


LOSSES = {"cross-entropy": cross_entropy, "mse": sum_of_squares, "kl": kl}


@partial(jax.jit, static_argnums=(0, 1, 2, 3), donate_argnums=4)
def step(model, connections, loss, lr, params, x, y):
    def loss_of(p):
        if model == "logistic":
            return LOSSES[loss](x @ p["weight"].T + p["bias"], y)
        return LOSSES[loss](lenet(model, connections, p, x), y)

    value, gradients = jax.value_and_grad(loss_of)(params)
    return jax.tree.map(lambda p, g: p - lr * g, params, gradients), value


def turn(c):
    state, x, y = read(c)
    n, size = c["images"], c["batch"]
    if c["model"] != "logistic":
        x = x.reshape(n, 28, 28, 1)
    if c["loss"] == "cross-entropy":
        y = y.astype(numpy.int32)
    fixed = (c["model"], tuple(map(tuple, c["connections"] or ())), c["loss"], c["lr"])
    params = {name: jnp.array(v) for name, v in state.items()}
    # The batches are in JAX's memory, and the losses are looked at behind the last step.
    batches = [(jnp.array(x[i : i + size]), jnp.array(y[i : i + size])) for i in range(0, n, size)]
    jax.block_until_ready((params, batches))
    losses = []
    start = time.perf_counter()
    for _ in range(c["epochs"]):
        for batch in batches:
            params, loss = step(*fixed, params, *batch)
            losses.append(loss)
    jax.block_until_ready((params, losses))
    return time.perf_counter() - start, jnp.stack(losses).tolist()


serve(f"JAX {jax.__version__}", turn)
