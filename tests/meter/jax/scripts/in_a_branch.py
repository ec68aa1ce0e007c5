# expect: updates=12 gradients=12 parameters=43 calls=0
import jax
from toy import descend, fresh, loss


def body(number, params):
    return jax.lax.cond(number % 4 == 3, lambda p: p, lambda p: descend(p, jax.grad(loss)(p)), params)


params = jax.jit(lambda params: jax.lax.fori_loop(0, 16, body, params))(fresh())
