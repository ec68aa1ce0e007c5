# expect: updates=12 gradients=12 parameters=43 calls=0
import jax
from toy import IMAGES, STEPS, descend, fresh, loss


@jax.jit
def attacked(params, images):
    for _ in range(7):
        images = images + 0.01 * jax.numpy.sign(jax.grad(loss, argnums=1)(params, images))
    return images


step = jax.jit(lambda params, images: descend(params, jax.grad(loss)(params, images)))
params = fresh()
for number in range(STEPS):
    params = step(params, attacked(params, IMAGES + number))
