# expect: updates=12 gradients=12 parameters=43 trainable=8 calls=0
import jax
import jax.numpy as jnp
from toy import IMAGES, LABELS, STEPS, descend, fresh

start = fresh()
body, head = {"kernel": start["layer1"]["w"], "bias": start["layer1"]["b"]}, start["layer2"]


def loss(head):
    hidden = jnp.tanh(IMAGES @ body["kernel"] + body["bias"])
    return jnp.mean((hidden @ head["w"] + head["b"] - LABELS) ** 2)


step = jax.jit(lambda head: descend(head, jax.grad(loss)(head)))
for _ in range(STEPS):
    head = step(head)
