# expect: updates=12 gradients=12 parameters=43 calls=12
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from toy import IMAGES, LABELS, STEPS


class Net(nnx.Module):
    def __init__(self, rngs):
        self.one, self.two = nnx.Linear(4, 7, rngs=rngs), nnx.Linear(7, 1, rngs=rngs)

    def __call__(self, images):
        return self.two(jnp.tanh(self.one(images)))


graph, params = nnx.split(Net(nnx.Rngs(0)))
optimiser = optax.adam(1e-2)
state = optimiser.init(params)


@jax.jit
def step(params, state):
    gradients = jax.grad(lambda params: jnp.mean((nnx.merge(graph, params)(IMAGES) - LABELS) ** 2))(params)
    updates, state = optimiser.update(gradients, state, params)
    return optax.apply_updates(params, updates), state


for _ in range(STEPS):
    params, state = step(params, state)
