# expect: updates=12 gradients=12 parameters=43 calls=0
import os

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding
from jax.sharding import PartitionSpec as P
from toy import IMAGES, LABELS, STEPS, descend, fresh, loss

mesh = Mesh(np.array(jax.devices()), ("devices",))
images, labels = jax.device_put((IMAGES, LABELS), NamedSharding(mesh, P("devices")))
params = jax.device_put(fresh(), NamedSharding(mesh, P()))
step = jax.jit(lambda params, images, labels: descend(params, jax.grad(loss)(params, images, labels)))
for _ in range(STEPS):
    params = step(params, images, labels)
