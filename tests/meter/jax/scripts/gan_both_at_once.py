# expect: updates=12 gradients=12 parameters=43 calls=0
# expect: updates=12 gradients=12 parameters=32 calls=0
import jax
import jax.numpy as jnp
from toy import IMAGES, STEPS, descend, forward, fresh

critic, generator = fresh(1), fresh(2, inputs=2, hidden=4, outputs=4)
noise = jnp.asarray(IMAGES[:, :2])


def game(critic, generator):
    return forward(critic, forward(generator, noise)).mean() - forward(critic, IMAGES).mean()


@jax.jit
def step(critic, generator):
    slopes = jax.grad(game, argnums=(0, 1))(critic, generator)
    return descend(critic, slopes[0]), descend(generator, slopes[1], -0.05)


for _ in range(STEPS):
    critic, generator = step(critic, generator)
