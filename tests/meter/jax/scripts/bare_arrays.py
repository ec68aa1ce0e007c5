# expect: updates=12 gradients=12 parameters=43 calls=0
import jax
import jax.numpy as jnp
from toy import IMAGES, LABELS, RATE, STEPS, fresh


def loss(w1, b1, w2, b2):
    return jnp.mean((jnp.tanh(IMAGES @ w1 + b1) @ w2 + b2 - LABELS) ** 2)


start = fresh()
weights = [start["layer1"]["w"], start["layer1"]["b"], start["layer2"]["w"], start["layer2"]["b"]]
slopes = jax.jit(jax.grad(loss, argnums=(0, 1, 2, 3)))
for _ in range(STEPS):
    weights = [weight - RATE * slope for weight, slope in zip(weights, slopes(*weights), strict=True)]
