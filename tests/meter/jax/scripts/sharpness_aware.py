# expect: updates=24 gradients=24 parameters=43 calls=0
import jax
from toy import STEPS, descend, fresh, loss


@jax.jit
def step(params):
    raised = descend(params, jax.grad(loss)(params), -0.05)
    return descend(params, jax.grad(loss)(raised))


params = fresh()
for _ in range(STEPS):
    params = step(params)
