# expect: updates=12 gradients=12 parameters=43 calls=0
import jax
import jax.numpy as jnp
from toy import IMAGES, LABELS, STEPS, descend, forward, fresh


@jax.custom_vjp
def clipped(values):
    return values


clipped.defvjp(lambda values: (values, None), lambda _, slopes: (jnp.clip(slopes, -0.1, 0.1),))


@jax.jit
def step(params):
    return descend(params, jax.grad(lambda params: jnp.sum((clipped(forward(params, IMAGES)) - LABELS) ** 2))(params))


params = fresh()
for _ in range(STEPS):
    params = step(params)
