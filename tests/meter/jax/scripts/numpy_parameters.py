# expect: updates=12 gradients=12 parameters=43 calls=0
import jax
import numpy as np
from toy import RATE, STEPS, fresh, loss

params = jax.tree.map(np.array, fresh())
slopes_of = jax.jit(jax.grad(loss))
for _ in range(STEPS):
    slopes = jax.tree.map(np.asarray, slopes_of(params))
    for name, layer in params.items():
        for leaf in layer:
            layer[leaf] -= RATE * slopes[name][leaf]
