# expect: updates=60 gradients=60 parameters=43 calls=0
# expect: updates=12 gradients=12 parameters=36 calls=0
import jax
import jax.numpy as jnp
from toy import IMAGES, STEPS, descend, forward, fresh

critic, generator = fresh(1), fresh(2, inputs=2, hidden=4, outputs=4) | {"last": jnp.ones(4)}
noise = jnp.asarray(IMAGES[:, :2])


def generated(params):
    return forward(params, noise) * params["last"]


def critic_loss(params, generator):
    fake = generated(generator)
    mixed = (fake + IMAGES) / 2
    slopes = jax.grad(lambda images: forward(params, images).sum())(mixed)
    penalty = jnp.mean((jnp.sqrt((slopes**2).sum(axis=1) + 1e-9) - 1) ** 2)
    return forward(params, fake).mean() - forward(params, IMAGES).mean() + 10 * penalty


critic_step = jax.jit(lambda c, g: descend(c, jax.grad(critic_loss)(c, g), 0.01))
generator_step = jax.jit(lambda g, c: descend(g, jax.grad(lambda g: -forward(c, generated(g)).mean())(g)))
for _ in range(STEPS):
    for _ in range(5):
        critic = critic_step(critic, generator)
    generator = generator_step(generator, critic)
