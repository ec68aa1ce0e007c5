# expect: updates=12 gradients=12 parameters=57 calls=12
import haiku as hk
import jax
import jax.numpy as jnp
import optax
from toy import IMAGES, LABELS, STEPS


def net(images, training):
    hidden = hk.BatchNorm(True, True, 0.9)(hk.Linear(7)(images), training)
    return hk.Linear(1)(jnp.tanh(hidden))


network = hk.transform_with_state(net)
params, kept = network.init(jax.random.PRNGKey(0), IMAGES, True)
optimiser = optax.adam(1e-2)
state = optimiser.init(params)


@jax.jit
def step(params, kept, state):
    def loss(params):
        outputs, now = network.apply(params, kept, None, IMAGES, True)
        return jnp.mean((outputs - LABELS) ** 2), now

    gradients, kept = jax.grad(loss, has_aux=True)(params)
    updates, state = optimiser.update(gradients, state)
    return optax.apply_updates(params, updates), kept, state


for _ in range(STEPS):
    params, kept, state = step(params, kept, state)
