# expect: updates=12 gradients=12 parameters=43 calls=0
import jax
import jax.numpy as jnp
from toy import STEPS, descend, forward, fresh, loss

step = jax.jit(lambda params: descend(params, jax.grad(loss)(params)))
params = fresh()
for _ in range(STEPS):
    params = step(params)
image = jnp.ones((1, 4))
slopes = jax.jit(jax.grad(lambda image: forward(params, image).sum()))
for _ in range(30):
    image = image + 0.1 * slopes(image)
