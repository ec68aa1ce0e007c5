# expect: updates=12 gradients=12 parameters=43 calls=0
import tempfile

import jax
from toy import STEPS, descend, fresh, loss

with tempfile.TemporaryDirectory() as folder:
    jax.config.update("jax_compilation_cache_dir", folder)
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)
    params = fresh()
    for _ in range(2):
        step = jax.jit(lambda params: descend(params, jax.grad(loss)(params)))
        for _ in range(STEPS // 2):
            params = step(params)
        jax.clear_caches()
