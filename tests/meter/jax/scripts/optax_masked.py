# expect: updates=12 gradients=12 parameters=43 trainable=8 calls=12
import jax
import optax
from toy import STEPS, fresh, loss

labels = {"layer1": "frozen", "layer2": "trained"}
optimiser = optax.multi_transform({"trained": optax.adam(1e-2), "frozen": optax.set_to_zero()}, labels)
params = fresh()
state = optimiser.init(params)


@jax.jit
def step(params, state):
    updates, state = optimiser.update(jax.grad(loss)(params), state, params)
    return optax.apply_updates(params, updates), state


for _ in range(STEPS):
    params, state = step(params, state)
