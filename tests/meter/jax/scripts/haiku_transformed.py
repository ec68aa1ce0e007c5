# expect: updates=12 gradients=12 parameters=43 calls=12 name=mlp#1
import haiku as hk
import jax
import jax.numpy as jnp
import optax
from toy import IMAGES, LABELS, STEPS


def net(images):
    return hk.nets.MLP([7, 1], activation=jnp.tanh)(images)


network = hk.without_apply_rng(hk.transform(net))
params = network.init(jax.random.PRNGKey(0), IMAGES)
optimiser = optax.sgd(0.05)
state = optimiser.init(params)


@jax.jit
def step(params, state):
    gradients = jax.grad(lambda p: jnp.mean((network.apply(p, IMAGES) - LABELS) ** 2))(params)
    updates, state = optimiser.update(gradients, state)
    return optax.apply_updates(params, updates), state


for _ in range(STEPS):
    params, state = step(params, state)
