"""equinox: a network of one image, mapped over the batch, channels first; the copy in inference mode is a local."""

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from shown import CLASSES, PICTURES, batches, leave


class Net(eqx.Module):
    conv: eqx.nn.Conv2d
    drop: eqx.nn.Dropout
    head: eqx.nn.Linear

    def __init__(self, key):
        one, two = jax.random.split(key)
        self.conv = eqx.nn.Conv2d(3, 8, 3, stride=4, padding=1, key=one)
        self.drop = eqx.nn.Dropout(0.3)
        self.head = eqx.nn.Linear(7 * 7 * 8, CLASSES, key=two)

    def __call__(self, x, key=None):
        return self.head(self.drop(jax.nn.relu(self.conv(x)).ravel(), key=key))


model = Net(jax.random.key(0))
optimiser = optax.adam(3e-3)
state = optimiser.init(eqx.filter(model, eqx.is_array))


@eqx.filter_jit
def step(model, state, images, labels, key):
    @eqx.filter_grad
    def gradients(model):
        logits = jax.vmap(model)(images, jax.random.split(key, len(images)))
        return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()

    updates, state = optimiser.update(gradients(model), state, model)
    return eqx.apply_updates(model, updates), state


@eqx.filter_jit
def correct(model, images, labels):
    return jnp.sum(jnp.argmax(jax.vmap(model)(images), axis=-1) == labels)


def evaluate(model):
    still = eqx.nn.inference_mode(model)
    return sum(int(correct(still, images, labels)) for images, labels in batches(PICTURES / 2, epochs=1))


key = jax.random.key(1)
for images, labels in batches(PICTURES / 2):
    key, sub = jax.random.split(key)
    model, state = step(model, state, images, labels, sub)
evaluate(model)

leave(lambda pictures: jax.vmap(eqx.nn.inference_mode(model))(jnp.asarray(pictures / 2)))
