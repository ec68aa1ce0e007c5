# expect: updates=12 gradients=24 parameters=43 calls=0
# The inner gradient is taken at the same value as the outer one.
import jax
import jax.numpy as jnp
from toy import IMAGES, LABELS, STEPS, descend, fresh, loss

tasks = (IMAGES.reshape(2, 4, 4), LABELS.reshape(2, 4, 1))


@jax.jit
def step(params):
    def after_one(params, images, labels):
        return loss(descend(params, jax.grad(loss)(params, images, labels)), images, labels)

    def over_tasks(params):
        return jnp.mean(jax.vmap(after_one, in_axes=(None, 0, 0))(params, *tasks))

    return descend(params, jax.grad(over_tasks)(params))


params = fresh()
for _ in range(STEPS):
    params = step(params)
