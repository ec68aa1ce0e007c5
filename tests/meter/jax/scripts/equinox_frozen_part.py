# expect: updates=12 gradients=12 parameters=43 trainable=8 calls=12 name=MLP#1
import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from toy import IMAGES, LABELS, STEPS

model = eqx.nn.MLP(4, 1, 7, 1, key=jax.random.PRNGKey(0))
spec = jax.tree.map(lambda _: False, model)
spec = eqx.tree_at(lambda m: (m.layers[-1].weight, m.layers[-1].bias), spec, replace=(True, True))
head, body = eqx.partition(model, spec)
optimiser = optax.adam(1e-2)
state = optimiser.init(head)


@eqx.filter_jit
def step(head, body, state):
    @eqx.filter_grad
    def slopes(head, body):
        return jnp.mean((jax.vmap(eqx.combine(head, body))(IMAGES) - LABELS) ** 2)

    updates, state = optimiser.update(slopes(head, body), state, head)
    return eqx.apply_updates(head, updates), state


for _ in range(STEPS):
    head, state = step(head, body, state)
