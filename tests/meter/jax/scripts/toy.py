"""What the scripts share: a network of 43 parameters, its loss, some data, and the number of steps."""

import jax
import jax.numpy as jnp
import numpy as np

STEPS = 12
RATE = 0.05
IMAGES = np.linspace(-1, 1, 32, dtype=np.float32).reshape(8, 4)
LABELS = np.sin(3 * IMAGES.sum(axis=1, keepdims=True)).astype(np.float32)


def fresh(seed=0, *, inputs=4, hidden=7, outputs=1):
    first, second = jax.random.split(jax.random.PRNGKey(seed))
    return {
        "layer1": {"w": jax.random.normal(first, (inputs, hidden)) / 2, "b": jnp.zeros(hidden)},
        "layer2": {"w": jax.random.normal(second, (hidden, outputs)) / 3, "b": jnp.zeros(outputs)},
    }


def forward(params, images):
    hidden = jnp.tanh(images @ params["layer1"]["w"] + params["layer1"]["b"])
    return hidden @ params["layer2"]["w"] + params["layer2"]["b"]


def loss(params, images=IMAGES, labels=LABELS):
    return jnp.mean((forward(params, images) - labels) ** 2)


def descend(params, gradients, rate=RATE):
    return jax.tree.map(lambda value, slope: value - rate * slope, params, gradients)
