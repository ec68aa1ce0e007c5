# expect: updates=12 gradients=12 parameters=43 calls=12
import jax
import optax
from toy import STEPS, fresh, loss

optimiser = optax.adam(1e-2)
params = fresh()
state = optimiser.init(params)


@jax.jit
def step(params, state):
    value, gradients = jax.value_and_grad(loss)(params)
    updates, state = optimiser.update(gradients, state, params)
    return optax.apply_updates(params, updates), state, value


for _ in range(STEPS):
    params, state, value = step(params, state)
