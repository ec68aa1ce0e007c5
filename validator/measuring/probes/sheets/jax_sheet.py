"""Three updates of each of several trainings, told apart by their numbers of parameters. No random numbers."""

import jax
import jax.numpy as jnp

UPDATES = 3


def weights(size):
    return {"weight": jnp.linspace(0.1, 0.9, size - 1), "bias": jnp.asarray(0.5)}


def loss_of(params):
    return (params["weight"] ** 2).sum() + params["bias"] ** 2


def descended(params, slopes):
    return jax.tree.map(lambda value, slope: value - 0.01 * slope, params, slopes)


step = jax.jit(lambda params: descended(params, jax.grad(loss_of)(params)))
params = weights(11)
for _ in range(UPDATES):
    params = step(params)

params = weights(12)
for _ in range(UPDATES):
    _, slopes = jax.value_and_grad(loss_of)(params)
    params = descended(params, slopes)

jax.block_until_ready(
    jax.jit(lambda params: jax.lax.scan(lambda now, _: (step(now), None), params, None, length=UPDATES))(weights(13))
)

params = weights(14)
for _ in range(UPDATES):
    value, pull = jax.vjp(loss_of, params)
    params = descended(params, pull(jnp.ones_like(value))[0])

params = weights(15)
for _ in range(UPDATES):
    value, push = jax.linearize(loss_of, params)
    (slopes,) = jax.linear_transpose(push, params)(jnp.ones_like(value))
    params = descended(params, slopes)

params = weights(16)
for _ in range(UPDATES):
    first, second = jax.grad(loss_of)(params), jax.grad(lambda params: 2 * loss_of(params))(params)
    params = descended(params, jax.tree.map(lambda a, b: a + b, first, second))
jax.block_until_ready(params)
