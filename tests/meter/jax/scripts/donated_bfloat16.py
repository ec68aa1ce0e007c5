# expect: updates=12 gradients=12 parameters=43 calls=0
from functools import partial

import jax
import jax.numpy as jnp
from toy import STEPS, descend, fresh, loss


@partial(jax.jit, donate_argnums=0)
def step(params):
    return descend(params, jax.grad(loss)(params))


params = jax.tree.map(lambda leaf: leaf.astype(jnp.bfloat16), fresh())
for _ in range(STEPS):
    before, params = params, step(params)
    assert all(leaf.is_deleted() for leaf in jax.tree.leaves(before))
