# expect: updates=12 gradients=12 parameters=43 calls=0
import jax
import jax.numpy as jnp
from toy import IMAGES, LABELS, STEPS, descend, forward, fresh


@jax.checkpoint
def body(params, images):
    return jnp.tanh(forward(params, images))


@jax.jit
def step(params):
    return descend(params, jax.grad(lambda params: jnp.mean((body(params, IMAGES) - LABELS) ** 2))(params))


params = fresh()
for _ in range(STEPS):
    params = step(params)
