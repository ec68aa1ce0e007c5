# expect: unknown forward_mode=12
import jax
from toy import STEPS, descend, fresh, loss


@jax.jit
def step(params, key):
    ways = jax.tree.map(lambda leaf: jax.random.normal(key, leaf.shape), params)
    _, slope = jax.jvp(loss, (params,), (ways,))
    return descend(params, jax.tree.map(lambda way: slope * way, ways), 0.01)


params = fresh()
for number in range(STEPS):
    params = step(params, jax.random.PRNGKey(number))
