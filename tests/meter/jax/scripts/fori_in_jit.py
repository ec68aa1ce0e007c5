# expect: updates=12 gradients=12 parameters=43 calls=0
import jax
from toy import STEPS, descend, fresh, loss

trained = jax.jit(lambda params: jax.lax.fori_loop(0, STEPS, lambda _, p: descend(p, jax.grad(loss)(p)), params))
params = trained(fresh())
