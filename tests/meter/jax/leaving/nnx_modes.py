"""flax nnx: a live module with running statistics and dropout, its mode set by `train()` and `eval()`."""

import jax.numpy as jnp
import optax
from flax import nnx
from shown import CLASSES, batches, leave, prepared


class Net(nnx.Module):
    def __init__(self, rngs):
        self.body = nnx.Linear(2352, 16, rngs=rngs)
        self.norm = nnx.BatchNorm(16, rngs=rngs)
        self.drop = nnx.Dropout(0.3, rngs=rngs)
        self.head = nnx.Linear(16, CLASSES, rngs=rngs)

    def __call__(self, x):
        x = nnx.relu(self.norm(self.body(x.reshape(len(x), -1))))
        return self.head(self.drop(x))


model = Net(nnx.Rngs(0))
optimiser = nnx.Optimizer(model, optax.adam(3e-3), wrt=nnx.Param)


@nnx.jit
def train_step(model, optimiser, images, labels):
    def loss(model):
        return optax.softmax_cross_entropy_with_integer_labels(model(images), labels).mean()

    optimiser.update(model, nnx.grad(loss)(model))


@nnx.jit
def accuracy(model, images, labels):
    return jnp.mean(model(images).argmax(-1) == labels)


model.train()
for images, labels in batches(prepared()):
    train_step(model, optimiser, images, labels)
model.eval()
said = [float(accuracy(model, images, labels)) for images, labels in batches(prepared(), epochs=1)]
model.train()
before = model.norm.mean[...].copy()


def expected(pictures):
    assert (model.norm.mean[...] == before).all(), "the harness changed the student's model"
    assert not model.drop.deterministic, "the harness changed the student's mode"
    model.eval()
    return model(prepared(pictures))


leave(expected)
