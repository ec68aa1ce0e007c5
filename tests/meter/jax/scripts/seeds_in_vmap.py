# expect: updates=12 gradients=12 parameters=129 copies=3 calls=0
import jax
import jax.numpy as jnp
from toy import STEPS, descend, fresh, loss

step = jax.jit(jax.vmap(lambda params: descend(params, jax.grad(loss)(params))))
params = jax.tree.map(lambda *leaves: jnp.stack(leaves), *(fresh(seed) for seed in range(3)))
for _ in range(STEPS):
    params = step(params)
