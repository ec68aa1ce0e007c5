# expect: updates=12 gradients=24 parameters=43 calls=0
import jax
from toy import STEPS, descend, fresh, loss


@jax.jit
def step(params):
    slopes = jax.grad(loss)(params)
    _, curved = jax.jvp(jax.grad(loss), (params,), (slopes,))
    return descend(params, jax.tree.map(lambda slope, bent: slope - 0.01 * bent, slopes, curved))


params = fresh()
for _ in range(STEPS):
    params = step(params)
