# expect: updates=12 gradients=12 parameters=43 calls=12 name=MLP#1
import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from toy import IMAGES, LABELS, STEPS

model = eqx.nn.MLP(4, 1, 7, 1, key=jax.random.PRNGKey(0))
optimiser = optax.adam(1e-2)
state = optimiser.init(eqx.filter(model, eqx.is_inexact_array))


@eqx.filter_jit
def step(model, state):
    def loss(model):
        return jnp.mean((jax.vmap(model)(IMAGES) - LABELS) ** 2)

    _, gradients = eqx.filter_value_and_grad(loss)(model)
    updates, state = optimiser.update(gradients, state, model)
    return eqx.apply_updates(model, updates), state


for _ in range(STEPS):
    model, state = step(model, state)
