# expect: updates=12 gradients=12 parameters=43 calls=0
import jax
from toy import STEPS, descend, fresh, loss


def body(carried):
    step, params = carried
    return step + 1, descend(params, jax.grad(loss)(params))


trained = jax.jit(lambda params: jax.lax.while_loop(lambda carried: carried[0] < STEPS, body, (0, params))[1])
params = trained(fresh())
