# expect: updates=60 gradients=60 parameters=67 calls=0
# expect: updates=12 gradients=12 parameters=67 calls=0
import jax
from toy import IMAGES, STEPS, descend, forward, fresh

critic, generator = fresh(1, outputs=4), fresh(2, outputs=4)


def judged(critic, generator):
    return forward(critic, forward(generator, IMAGES)).mean() - forward(critic, IMAGES).mean()


critic_step = jax.jit(lambda c, g: descend(c, jax.grad(judged)(c, g), 0.01))
generator_step = jax.jit(lambda g, c: descend(g, jax.grad(lambda g: -judged(c, g))(g), 0.01))
for _ in range(STEPS):
    for _ in range(5):
        critic = critic_step(critic, generator)
    generator = generator_step(generator, critic)
