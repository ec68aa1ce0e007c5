# expect: updates=12 gradients=12 parameters=43 calls=0
# expect: updates=12 gradients=12 parameters=43 calls=0
import jax
from toy import STEPS, descend, fresh, loss

step = jax.jit(lambda params: descend(params, jax.grad(loss)(params)))
one, other = fresh(1), fresh(2)
for _ in range(STEPS):
    one, other = step(one), step(other)
