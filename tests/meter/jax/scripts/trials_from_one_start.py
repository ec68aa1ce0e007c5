# expect: updates=12 gradients=12 parameters=43 calls=0
# expect: updates=12 gradients=12 parameters=43 calls=0
import jax
from toy import STEPS, descend, fresh, loss

step = jax.jit(lambda params, rate: descend(params, jax.grad(loss)(params), rate))
for rate in (0.01, 0.1):
    params = fresh()
    for _ in range(STEPS):
        params = step(params, rate)
