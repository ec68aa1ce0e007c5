# expect: updates=24 gradients=24 widest=12 parameters=43 calls=0
import jax
from toy import RATE, STEPS, fresh, loss

slopes = jax.jit(jax.grad(loss))
params = fresh()
for number in range(2 * STEPS):
    part = f"layer{number % 2 + 1}"
    gradient = slopes(params)[part]
    params = params | {part: jax.tree.map(lambda value, slope: value - RATE * slope, params[part], gradient)}
