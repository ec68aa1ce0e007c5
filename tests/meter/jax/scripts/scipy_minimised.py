# expect: parameters=43 calls=0
# Each point of the line search at which a gradient is taken counts.
from jax.flatten_util import ravel_pytree
from jax.scipy.optimize import minimize
from toy import fresh, loss

flat, unflatten = ravel_pytree(fresh())
found = minimize(lambda flat: loss(unflatten(flat)), flat, method="BFGS", options={"maxiter": 12})
assert int(found.njev) > 1
