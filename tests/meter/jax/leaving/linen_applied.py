"""flax linen: `apply` itself is compiled, with a static argument; the parameters are an attribute of a class."""

import jax
import jax.numpy as jnp
import optax
from flax import linen as nn
from shown import CLASSES, batches, leave, prepared


class Net(nn.Module):
    @nn.compact
    def __call__(self, x, train=True):
        x = nn.relu(nn.Dense(16)(x.reshape(len(x), -1)))
        return nn.Dense(CLASSES)(nn.Dropout(0.4, deterministic=not train)(x))


class Trainer:
    def __init__(self):
        self.model, self.optimiser = Net(), optax.adam(3e-3)
        self.params = self.model.init(jax.random.key(0), jnp.ones((1, 28, 28, 3)), train=False)
        self.state = self.optimiser.init(self.params)
        self.predict = jax.jit(self.model.apply, static_argnames="train")
        self.step = jax.jit(self._step)

    def _step(self, params, state, key, images, labels):
        def loss(params):
            logits = self.model.apply(params, images, train=True, rngs={"dropout": key})
            return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()

        updates, state = self.optimiser.update(jax.grad(loss)(params), state)
        return optax.apply_updates(params, updates), state

    def fit(self):
        for number, (images, labels) in enumerate(batches(prepared())):
            key = jax.random.key(number)
            self.params, self.state = self.step(self.params, self.state, key, images, labels)

    def evaluate(self):
        for images, _ in batches(prepared(), epochs=1):
            self.predict(self.params, images, train=False)


trainer = Trainer()
trainer.fit()
trainer.evaluate()
leave(lambda pictures: trainer.model.apply(trainer.params, prepared(pictures), train=False))
