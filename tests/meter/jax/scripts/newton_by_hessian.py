# expect: updates=12 gradients=24 parameters=43 calls=0
# One gradient inside the Hessian and one by itself, both at the same value.
import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree
from toy import STEPS, fresh, loss

flat, unflatten = ravel_pytree(fresh())


@jax.jit
def step(flat):
    curvature = jax.hessian(lambda flat: loss(unflatten(flat)))(flat)
    slopes = jax.grad(lambda flat: loss(unflatten(flat)))(flat)
    return flat - jnp.linalg.solve(curvature @ curvature + jnp.eye(43), curvature @ slopes) * 0.3


for _ in range(STEPS):
    flat = step(flat)
