"""Everything happens in a function: nothing of the network is left when it returns."""

import jax
import jax.numpy as jnp
from shown import CLASSES, batches, leave, prepared


def main():
    def loss(params, images, labels):
        scores = jax.nn.log_softmax(images.reshape(len(images), -1) @ params["w"])
        return -jnp.mean(scores[jnp.arange(len(labels)), labels])

    params = {"w": jnp.zeros((2352, CLASSES)), "b": jnp.ones(3)}
    for images, labels in batches(prepared(), epochs=1):
        params = jax.tree.map(lambda a, b: a - b, params, jax.jit(jax.grad(loss))(params, images, labels))


main()
leave(lambda pictures: jnp.zeros((len(pictures), CLASSES)))
