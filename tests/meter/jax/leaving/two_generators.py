"""Two generators of one class: the one that was trained, and one that was not, draw halves of the samples."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import linen as nn
from shown import draw


class Generator(nn.Module):
    @nn.compact
    def __call__(self, codes):
        return nn.tanh(nn.Dense(3072)(nn.relu(nn.Dense(8)(codes)))).reshape(-1, 32, 32, 3)


generator, optimiser = Generator(), optax.sgd(0.5)
params = generator.init(jax.random.key(0), jnp.ones((1, 4)))
other = generator.init(jax.random.key(5), jnp.ones((1, 4)))
state = optimiser.init(params)
codes = np.random.default_rng(0).normal(size=(64, 4)).astype(np.float32)


@jax.jit
def step(params, state):
    slopes = jax.grad(lambda params: jnp.mean((generator.apply(params, codes) - 0.5) ** 2))(params)
    updates, state = optimiser.update(slopes, state)
    return optax.apply_updates(params, updates), state


for _ in range(30):
    params, state = step(params, state)

images = jax.jit(generator.apply)
first = images(params, codes)


def in_halves(n):
    z = np.random.normal(size=(n, 4)).astype(np.float32)
    return jnp.concatenate([images(params, z[: n // 2]), images(TAKEN, z[n // 2 :])])


TAKEN, generate_samples = other, in_halves
draw("both")
TAKEN = params
draw("one")

key = jax.random.key(9)


def with_key(n):
    return images(params, jax.random.normal(key, (n, 4)))


generate_samples = with_key
draw("seed 3")
draw("seed 4", seed=4)
draw("seed 3 again")
