# expect: updates=12 gradients=12 parameters=43 calls=12 name=MLP#1
import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from toy import IMAGES, LABELS, STEPS

params, static = eqx.partition(eqx.nn.MLP(4, 1, 7, 1, key=jax.random.PRNGKey(0)), eqx.is_inexact_array)
optimiser = optax.adam(1e-2)


def body(carried, _):
    params, state = carried
    gradients = jax.grad(lambda p: jnp.mean((jax.vmap(eqx.combine(p, static))(IMAGES) - LABELS) ** 2))(params)
    updates, state = optimiser.update(gradients, state, params)
    return (eqx.apply_updates(params, updates), state), None


@eqx.filter_jit
def trained(params):
    return jax.lax.scan(body, (params, optimiser.init(params)), None, length=STEPS)[0]


params, _ = trained(params)
