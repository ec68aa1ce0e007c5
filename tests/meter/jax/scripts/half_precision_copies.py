# expect: updates=12 gradients=12 parameters=43 calls=12
import jax
import jax.numpy as jnp
import optax
from toy import STEPS, fresh, loss

optimiser = optax.sgd(0.05)
params = fresh()
state = optimiser.init(params)


@jax.jit
def step(params, state):
    half = jax.tree.map(lambda leaf: leaf.astype(jnp.bfloat16), params)
    gradients = jax.tree.map(lambda leaf: leaf.astype(jnp.float32), jax.grad(loss)(half))
    updates, state = optimiser.update(gradients, state, params)
    return optax.apply_updates(params, updates), state


for _ in range(STEPS):
    params, state = step(params, state)
