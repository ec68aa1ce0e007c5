# expect: updates=12 gradients=12 parameters=65 trainable=22 calls=0
import jax
import jax.numpy as jnp
from toy import STEPS, descend, fresh, loss

body = fresh()
adapter = {"down": jax.random.normal(jax.random.PRNGKey(1), (4, 2)), "up": jnp.zeros((2, 7)) + 0.1}


def adapted(adapter, body):
    added = adapter["down"] @ adapter["up"]
    return loss(body | {"layer1": body["layer1"] | {"w": body["layer1"]["w"] + added}})


step = jax.jit(lambda adapter, body: descend(adapter, jax.grad(adapted)(adapter, body)))
for _ in range(STEPS):
    adapter = step(adapter, body)
