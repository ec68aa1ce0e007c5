# expect: updates=12 gradients=13 parameters=43 calls=12
import jax
import optax
from toy import STEPS, fresh, loss

optimiser = optax.adam(1e-2)
params = fresh()
state = optimiser.init(params)
slopes = jax.jit(jax.grad(loss))
for _ in range(STEPS):
    updates, state = optimiser.update(slopes(params), state, params)
    params = optax.apply_updates(params, updates)
norm = float(optax.global_norm(slopes(params)))
