# expect: updates=12 gradients=12 parameters=22 calls=0
# A network that solves an equation: derivatives by its inputs, forward and reverse, within the loss and afterwards.
import jax
import jax.numpy as jnp
from toy import STEPS, descend, forward, fresh

points = jnp.linspace(0, 1, 16)[:, None]
ones = jnp.ones(1)


def solution(params, point):
    return forward(params, point[None])[0, 0]


def equation(params):
    def residue(point):
        _, slope = jax.jvp(lambda point: solution(params, point), (point,), (ones,))
        bent = jax.grad(lambda point: jax.grad(lambda inner: solution(params, inner))(point)[0])(point)
        return (slope + bent[0] - jnp.sin(point[0])) ** 2

    return jax.vmap(residue)(points).mean()


params = fresh(inputs=1)
step = jax.jit(lambda params: descend(params, jax.grad(equation)(params), 0.01))
for _ in range(STEPS):
    params = step(params)
for shift in range(3):
    jax.jvp(lambda points: forward(params, points), (points + shift,), (points,))
