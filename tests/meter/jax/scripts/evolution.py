# expect: unknown forward_mode=0
import jax
import jax.numpy as jnp
from toy import STEPS, fresh, loss


@jax.jit
def step(params, key):
    keys = jax.random.split(key, 16)
    tried = jax.vmap(lambda k: jax.tree.map(lambda leaf: leaf + 0.05 * jax.random.normal(k, leaf.shape), params))(keys)
    best = jnp.argmin(jax.vmap(loss)(tried))
    return jax.tree.map(lambda leaves: leaves[best], tried)


params = fresh()
for number in range(STEPS):
    params = step(params, jax.random.PRNGKey(number))
