# expect: updates=12 gradients=12 parameters=43 calls=12
import jax
import optax
from toy import STEPS, fresh, loss


def optimiser_at(learning_rate):
    return optax.chain(optax.clip_by_global_norm(1.0), optax.scale_by_adam(), optax.scale(-1.0 * learning_rate))


optimiser = optax.inject_hyperparams(optimiser_at)(learning_rate=1e-2)
params = fresh()
state = optimiser.init(params)
averaged = params


@jax.jit
def step(params, averaged, state):
    updates, state = optimiser.update(jax.grad(loss)(params), state, params)
    params = optax.apply_updates(params, updates)
    return params, optax.incremental_update(params, averaged, 0.1), state


for _ in range(STEPS):
    params, averaged, state = step(params, averaged, state)
    state.hyperparams["learning_rate"] *= 0.9
