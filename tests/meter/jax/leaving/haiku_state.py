"""haiku with running statistics: the evaluation says `is_training=False` and keeps the mean only."""

import haiku as hk
import jax
import jax.numpy as jnp
import optax
from shown import CLASSES, batches, leave, prepared


def net(images, is_training):
    hidden = hk.Linear(16)(hk.Flatten()(images))
    hidden = jax.nn.relu(hk.BatchNorm(True, True, 0.9)(hidden, is_training))
    return hk.Linear(CLASSES)(hidden)


network = hk.without_apply_rng(hk.transform_with_state(net))
params, kept = network.init(jax.random.PRNGKey(0), prepared()[:2], True)
optimiser = optax.adam(3e-3)
state = optimiser.init(params)


@jax.jit
def step(params, kept, state, images, labels):
    def loss(params):
        logits, now = network.apply(params, kept, images, True)
        return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean(), now

    gradients, kept = jax.grad(loss, has_aux=True)(params)
    updates, state = optimiser.update(gradients, state)
    return optax.apply_updates(params, updates), kept, state


@jax.jit
def mean_correct(params, kept, batch):
    logits, _ = network.apply(params, kept, batch["image"], is_training=False)
    return jnp.mean(jnp.argmax(logits, -1) == batch["label"])


for images, labels in batches(prepared()):
    params, kept, state = step(params, kept, state, images, labels)
for images, labels in batches(prepared(), epochs=1):
    mean_correct(params, kept, {"image": images, "label": labels})

leave(lambda pictures: network.apply(params, kept, prepared(pictures), False)[0])
