# expect: updates=12 gradients=12 parameters=86 calls=0
import jax
import jax.numpy as jnp
from toy import IMAGES, LABELS, STEPS, forward, fresh


def loss(params):
    return jnp.mean(jnp.abs(forward(params, IMAGES.astype("complex64")) - LABELS) ** 2)


params = jax.tree.map(lambda leaf: leaf.astype(jnp.complex64) * (1 + 0.1j), fresh())
slopes = jax.jit(jax.grad(loss))
for _ in range(STEPS):
    params = jax.tree.map(lambda value, slope: value - 0.02 * slope.conj(), params, slopes(params))
