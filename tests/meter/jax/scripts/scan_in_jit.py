# expect: updates=12 gradients=12 parameters=43 calls=0
import jax
from toy import STEPS, descend, fresh, loss


@jax.jit
def trained(params):
    return jax.lax.scan(lambda params, _: (descend(params, jax.grad(loss)(params)), None), params, None, length=STEPS)[
        0
    ]


params = trained(fresh())
