# expect: updates=12 gradients=12 parameters=43 calls=12 name=Net#1
import jax
import jax.numpy as jnp
import optax
from flax import linen as nn
from flax.training.train_state import TrainState
from toy import IMAGES, LABELS, STEPS


class Net(nn.Module):
    @nn.compact
    def __call__(self, images):
        return nn.Dense(1)(jnp.tanh(nn.Dense(7)(images)))


model = Net()
params = model.init(jax.random.PRNGKey(0), IMAGES)["params"]
state = TrainState.create(apply_fn=model.apply, params=params, tx=optax.adam(1e-2))


@jax.jit
def step(state):
    def loss(params):
        return jnp.mean((state.apply_fn({"params": params}, IMAGES) - LABELS) ** 2)

    return state.apply_gradients(grads=jax.grad(loss)(state.params))


for _ in range(STEPS):
    state = step(state)
