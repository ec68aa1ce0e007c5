# expect: unknown forward_mode=12
import jax
from toy import STEPS, descend, fresh, loss

step = jax.jit(lambda params: descend(params, jax.jacfwd(loss)(params)))
params = fresh()
for _ in range(STEPS):
    params = step(params)
