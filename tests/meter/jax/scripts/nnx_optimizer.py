# expect: updates=12 gradients=12 parameters=43 calls=12 name=Net#1
import inspect

import jax.numpy as jnp
import optax
from flax import nnx
from toy import IMAGES, LABELS, STEPS


class Net(nnx.Module):
    def __init__(self, rngs):
        self.one, self.two = nnx.Linear(4, 7, rngs=rngs), nnx.Linear(7, 1, rngs=rngs)

    def __call__(self, images):
        return self.two(jnp.tanh(self.one(images)))


model = Net(nnx.Rngs(0))
optimizer = nnx.Optimizer(model, optax.adam(1e-2), wrt=nnx.Param)
new = "model" in inspect.signature(nnx.Optimizer.update).parameters


@nnx.jit
def step(model, optimizer):
    value, gradients = nnx.value_and_grad(lambda m: jnp.mean((m(IMAGES) - LABELS) ** 2))(model)
    optimizer.update(*((model, gradients) if new else (gradients,)))
    return value


for _ in range(STEPS):
    step(model, optimizer)
