# expect: updates=12 gradients=12 parameters=43 calls=0 name=Net#1
import jax
import jax.numpy as jnp
from flax import nnx
from toy import IMAGES, LABELS, RATE, STEPS


class Net(nnx.Module):
    def __init__(self, rngs):
        self.one, self.two = nnx.Linear(4, 7, rngs=rngs), nnx.Linear(7, 1, rngs=rngs)

    def __call__(self, images):
        return self.two(jnp.tanh(self.one(images)))


model = Net(nnx.Rngs(0))
for _ in range(STEPS):
    gradients = nnx.grad(lambda m: jnp.mean((m(IMAGES) - LABELS) ** 2))(model)
    params = nnx.state(model, nnx.Param)
    nnx.update(model, jax.tree.map(lambda value, slope: value - RATE * slope, params, gradients))
