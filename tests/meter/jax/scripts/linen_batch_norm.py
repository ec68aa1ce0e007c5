# expect: updates=12 gradients=12 parameters=57 calls=12 name=Net#1
import jax
import jax.numpy as jnp
import optax
from flax import linen as nn
from toy import IMAGES, LABELS, STEPS


class Net(nn.Module):
    @nn.compact
    def __call__(self, images, train=True):
        hidden = nn.BatchNorm(use_running_average=not train)(nn.Dense(7)(images))
        return nn.Dense(1)(jnp.tanh(hidden))


model = Net()
variables = model.init(jax.random.PRNGKey(0), IMAGES)
params, stats = variables["params"], variables["batch_stats"]
optimiser = optax.sgd(0.05, momentum=0.9)
state = optimiser.init(params)


@jax.jit
def step(params, stats, state):
    def loss(params):
        outputs, new = model.apply({"params": params, "batch_stats": stats}, IMAGES, mutable=["batch_stats"])
        return jnp.mean((outputs - LABELS) ** 2), new["batch_stats"]

    gradients, stats_now = jax.grad(loss, has_aux=True)(params)
    updates, state_now = optimiser.update(gradients, state, params)
    return optax.apply_updates(params, updates), stats_now, state_now


for _ in range(STEPS):
    params, stats, state = step(params, stats, state)
