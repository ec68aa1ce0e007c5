# expect: updates=12 gradients=12 parameters=43 calls=0
import jax
from toy import STEPS, descend, fresh, loss

params = fresh()
with jax.disable_jit():
    step = jax.jit(lambda params, _: (descend(params, jax.grad(loss)(params)), None))
    params, _ = jax.lax.scan(step, params, None, length=STEPS)
