"""flax linen: a TrainState with running statistics, dropout, pictures scaled and channels last, a jitted evaluation."""

import jax
import jax.numpy as jnp
import optax
from flax import linen as nn
from flax.training import train_state
from shown import CLASSES, batches, leave, prepared


class Net(nn.Module):
    @nn.compact
    def __call__(self, x, train: bool):
        x = nn.Conv(8, (3, 3), strides=4)(x)
        x = nn.relu(nn.BatchNorm(use_running_average=not train)(x))
        x = nn.Dropout(0.3, deterministic=not train)(x.reshape(len(x), -1))
        return nn.Dense(CLASSES)(x)


class State(train_state.TrainState):
    batch_stats: dict


model = Net()
variables = model.init(jax.random.key(0), jnp.ones((1, 28, 28, 3)), train=False)
state = State.create(
    apply_fn=model.apply, params=variables["params"], tx=optax.adam(3e-3), batch_stats=variables["batch_stats"]
)


@jax.jit
def train_step(state, images, labels, key):
    def loss_fn(params):
        logits, new = state.apply_fn(
            {"params": params, "batch_stats": state.batch_stats},
            images,
            train=True,
            rngs={"dropout": key},
            mutable=["batch_stats"],
        )
        return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean(), new

    (loss, new), grads = jax.value_and_grad(loss_fn, has_aux=True)(state.params)
    return state.apply_gradients(grads=grads, batch_stats=new["batch_stats"]), loss


@jax.jit
def eval_step(state, images, labels):
    logits = state.apply_fn({"params": state.params, "batch_stats": state.batch_stats}, images, train=False)
    return (logits.argmax(-1) == labels).mean()


key = jax.random.key(1)
data = prepared()
for images, labels in batches(data):
    key, sub = jax.random.split(key)
    state, loss = train_step(state, images, labels, sub)
accuracy = [float(eval_step(state, images, labels)) for images, labels in batches(data, epochs=1)]


def expected(pictures):
    variables = {"params": state.params, "batch_stats": state.batch_stats}
    return model.apply(variables, prepared(pictures), train=False)


leave(expected)
