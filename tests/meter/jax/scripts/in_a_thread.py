# expect: updates=12 gradients=12 parameters=43 calls=0
# expect: updates=12 gradients=12 parameters=15 calls=0
import threading

import jax
from toy import STEPS, descend, fresh, loss

step = jax.jit(lambda params: descend(params, jax.grad(loss)(params)))


def train(params):
    for _ in range(STEPS):
        params = step(params)


threads = [threading.Thread(target=train, args=(fresh(hidden=width),)) for width in (7, 0)]
threads[1] = threading.Thread(target=train, args=(fresh(hidden=2) | {"more": {"b": jax.numpy.ones(2)}},))
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
