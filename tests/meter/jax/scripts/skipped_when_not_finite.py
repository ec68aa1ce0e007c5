# expect: updates=9 gradients=12 parameters=43 calls=12
import jax
import jax.numpy as jnp
import optax
from toy import STEPS, fresh, loss

optimiser = optax.apply_if_finite(optax.adam(1e-2), max_consecutive_errors=10)
params = fresh()
state = optimiser.init(params)


@jax.jit
def step(params, state, number):
    gradients = jax.grad(loss)(params)
    gradients = jax.tree.map(lambda slope: jnp.where(number % 4 == 3, jnp.nan, slope), gradients)
    updates, state = optimiser.update(gradients, state, params)
    return optax.apply_updates(params, updates), state


for number in range(STEPS):
    params, state = step(params, state, number)
