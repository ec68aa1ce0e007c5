"""A GAN in JAX with a gradient penalty; four critic steps a generator step."""

import jax
import jax.numpy as jnp
import optax

optimiser = optax.adam(1e-3)


def network(weights, inputs):
    return jnp.tanh(inputs @ weights["w"] + weights["b"])


def made(key, into, out):
    return {"w": jax.random.normal(key, (into, out)) * 0.1, "b": jnp.zeros(out)}


def critic_loss(critic, generator, codes, real):
    slope = jax.grad(lambda images: network(critic, images).sum())(real)
    return network(critic, network(generator, codes)).mean() - network(critic, real).mean() + (slope**2).mean()


def generator_loss(generator, critic, codes):
    return -network(critic, network(generator, codes)).mean()


@jax.jit
def critic_step(critic, state, generator, codes, real):
    updates, state = optimiser.update(jax.grad(critic_loss)(critic, generator, codes, real), state)
    return optax.apply_updates(critic, updates), state


@jax.jit
def generator_step(generator, state, critic, codes):
    updates, state = optimiser.update(jax.grad(generator_loss)(generator, critic, codes), state)
    return optax.apply_updates(generator, updates), state


key = jax.random.PRNGKey(0)
generator, critic = made(key, 4, 8), made(key, 8, 1)
of_generator, of_critic = optimiser.init(generator), optimiser.init(critic)
for _ in range(6):
    for _ in range(4):
        key, one, two = jax.random.split(key, 3)
        codes, real = jax.random.normal(one, (8, 4)), jax.random.normal(two, (8, 8))
        critic, of_critic = critic_step(critic, of_critic, generator, codes, real)
    generator, of_generator = generator_step(generator, of_generator, critic, codes)
jax.block_until_ready(generator)
