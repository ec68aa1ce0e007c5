# expect: updates=12 gradients=48 parameters=43 calls=0
import jax
import jax.numpy as jnp
from toy import IMAGES, LABELS, STEPS, descend, fresh, loss

slopes = jax.jit(jax.grad(loss))
params = fresh()
for _ in range(STEPS):
    total = jax.tree.map(jnp.zeros_like, params)
    for first in range(0, 8, 2):
        part = slopes(params, IMAGES[first : first + 2], LABELS[first : first + 2])
        total = jax.tree.map(jnp.add, total, part)
    params = descend(params, total, 0.01)
