# expect: updates=12 gradients=12 parameters=43 calls=0
import jax
from toy import IMAGES, LABELS, STEPS, descend, fresh, loss

each = jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))


@jax.jit
def step(params):
    return descend(params, jax.tree.map(lambda slopes: slopes.mean(axis=0), each(params, IMAGES, LABELS)))


params = fresh()
for _ in range(STEPS):
    params = step(params)
