# expect: updates=12 gradients=12 parameters=43 calls=0
import jax
from toy import STEPS, descend, fresh, loss


@jax.jit
def step(params):
    value, linear = jax.linearize(loss, params)
    (slopes,) = jax.linear_transpose(linear, params)(value * 0 + 1)
    return descend(params, slopes)


params = fresh()
for _ in range(STEPS):
    params = step(params)
