# expect: updates=12 gradients=48 parameters=43 calls=48
import jax
import optax
from toy import STEPS, fresh, loss

optimiser = optax.MultiSteps(optax.adam(1e-2), every_k_schedule=4)
params = fresh()
state = optimiser.init(params)


@jax.jit
def step(params, state):
    updates, state = optimiser.update(jax.grad(loss)(params), state, params)
    return optax.apply_updates(params, updates), state


for _ in range(4 * STEPS):
    params, state = step(params, state)
