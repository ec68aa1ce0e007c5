# expect: unknown forward_mode=0
import jax
import jax.numpy as jnp
from toy import IMAGES, LABELS, STEPS, descend, fresh


@jax.jit
def step(params):
    hidden = jnp.tanh(IMAGES @ params["layer1"]["w"] + params["layer1"]["b"])
    error = 2 * (hidden @ params["layer2"]["w"] + params["layer2"]["b"] - LABELS) / len(LABELS)
    back = (error @ params["layer2"]["w"].T) * (1 - hidden**2)
    slopes = {
        "layer1": {"w": IMAGES.T @ back, "b": back.sum(axis=0)},
        "layer2": {"w": hidden.T @ error, "b": error.sum(axis=0)},
    }
    return descend(params, slopes)


params = fresh()
for _ in range(STEPS):
    params = step(params)
