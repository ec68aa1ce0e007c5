# expect: updates=12 gradients=12 parameters=43 calls=0
# expect: updates=12 gradients=12 parameters=43 calls=0
# expect: updates=12 gradients=12 parameters=43 calls=0
import jax
from toy import STEPS, descend, fresh, loss

step = jax.jit(lambda params: descend(params, jax.grad(loss)(params)))
for seed in range(3):
    params = fresh(seed)
    for _ in range(STEPS):
        params = step(params)
