# expect: updates=12 gradients=24 parameters=43 calls=0
from jax import grad, jit, value_and_grad, vjp
from toy import STEPS, descend, fresh, loss

first, second = jit(value_and_grad(loss)), jit(grad(loss))
params = fresh()
for step in range(STEPS):
    value, slopes = first(params)
    slopes = second(params) if step % 2 else vjp(loss, params)[1](value * 0 + 1)[0]
    params = descend(params, slopes)
