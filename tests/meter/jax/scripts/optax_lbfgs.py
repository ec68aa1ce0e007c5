# expect: updates=14 gradients=15 calls=12 parameters=43
# 14 points of line searches and the start, as the optimiser's own state says: the last gradient is not used any more.
import jax
import optax
from toy import STEPS, fresh, loss

params = fresh()
optimiser = optax.lbfgs()
state = optimiser.init(params)
value_and_grad = optax.value_and_grad_from_state(loss)


@jax.jit
def step(params, state):
    value, gradients = value_and_grad(params, state=state)
    updates, state = optimiser.update(gradients, state, params, value=value, grad=gradients, value_fn=loss)
    return optax.apply_updates(params, updates), state


for _ in range(STEPS):
    params, state = step(params, state)
