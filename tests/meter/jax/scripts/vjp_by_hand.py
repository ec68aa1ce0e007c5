# expect: updates=12 gradients=12 parameters=43 calls=0
import jax
import jax.numpy as jnp
from toy import IMAGES, LABELS, STEPS, descend, forward, fresh


@jax.jit
def step(params):
    outputs, back = jax.vjp(lambda params: forward(params, IMAGES), params)
    (slopes,) = back(2 * (outputs - jnp.asarray(LABELS)) / outputs.size)
    return descend(params, slopes)


params = fresh()
for _ in range(STEPS):
    params = step(params)
