"""flax linen without a compiled evaluation: grey, flat pictures; the average of the parameters is evaluated."""

import jax
import jax.numpy as jnp
import optax
from flax import linen as nn
from shown import CLASSES, PICTURES, batches, leave


class Net(nn.Module):
    @nn.compact
    def __call__(self, x, train=True):
        x = nn.relu(nn.Dense(16)(x))
        return nn.Dense(CLASSES)(nn.Dropout(0.2, deterministic=not train)(x))


def grey(pictures=PICTURES):
    return pictures.mean(1).reshape(len(pictures), -1) * 2


model, optimiser = Net(), optax.adam(3e-3)
params = model.init(jax.random.key(0), jnp.ones((1, 784)), train=False)["params"]
first = params
average = params
state = optimiser.init(params)


@jax.jit
def step(params, state, key, images, labels):
    def loss(params):
        logits = model.apply({"params": params}, images, rngs={"dropout": key})
        return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()

    updates, state = optimiser.update(jax.grad(loss)(params), state)
    return optax.apply_updates(params, updates), state


key = jax.random.key(1)
for images, labels in batches(grey()):
    key, sub = jax.random.split(key)
    params, state = step(params, state, sub, images, labels)
    average = jax.tree.map(lambda old, new: 0.9 * old + 0.1 * new, average, params)
for images, _ in batches(grey(), epochs=1):
    logits = model.apply({"params": average}, images, train=False)

leave(lambda pictures: model.apply({"params": average}, grey(pictures), train=False))
