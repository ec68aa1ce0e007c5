# expect: updates=12 gradients=12 parameters=43 calls=0
import os

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"
from functools import partial

import jax
import jax.numpy as jnp
from toy import IMAGES, LABELS, STEPS, descend, fresh, loss


@partial(jax.pmap, axis_name="devices")
def step(params, images, labels):
    return descend(params, jax.lax.pmean(jax.grad(loss)(params, images, labels), "devices"))


assert jax.device_count() == 2
params = jax.tree.map(lambda leaf: jnp.stack([leaf, leaf]), fresh())
images, labels = IMAGES.reshape(2, 4, 4), LABELS.reshape(2, 4, 1)
for _ in range(STEPS):
    params = step(params, images, labels)
