# expect: updates=12 gradients=12 parameters=43 calls=0
import os

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"

import jax
import numpy as np
from jax.sharding import Mesh
from jax.sharding import PartitionSpec as P
from toy import IMAGES, LABELS, STEPS, descend, fresh, loss

mesh = Mesh(np.array(jax.devices()), ("devices",))


def slopes(params, images, labels):
    return jax.lax.pmean(jax.grad(loss)(params, images, labels), "devices")


mapped = jax.shard_map(slopes, mesh=mesh, in_specs=(P(), P("devices"), P("devices")), out_specs=P())
step = jax.jit(lambda params: descend(params, mapped(params, IMAGES, LABELS)))
assert jax.device_count() == 2
params = fresh()
for _ in range(STEPS):
    params = step(params)
