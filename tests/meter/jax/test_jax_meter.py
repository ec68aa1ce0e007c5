"""What the meter of JAX promises beside counts: it changes nothing, outlives the process, refuses to miscount."""

import os
import subprocess
import textwrap
from pathlib import Path

import pytest

TRAINING = """
    import hashlib
    import jax
    import jax.numpy as jnp
    import numpy as np
    compiled = []
    listen = jax.monitoring.register_event_duration_secs_listener
    listen(lambda name, seconds, **more: compiled.append(name) if name.endswith("backend_compile_duration") else None)
    key = jax.random.PRNGKey(0)
    start = [jax.random.normal(key, (20, 30)), jnp.zeros(30), jax.random.normal(key, (30, 4)), jnp.zeros(4)]
    images = jax.random.normal(key, (64, 20))
    def loss(params, key):
        hidden = jax.nn.relu(images @ params[0] + params[1])
        kept = jax.random.bernoulli(key, 0.8, hidden.shape)
        return jnp.mean((jnp.where(kept, hidden, 0) @ params[2] + params[3]) ** 2)
    def step(params, key):
        return [value - 0.01 * slope for value, slope in zip(params, jax.grad(loss)(params, key))]
    keys = jax.random.split(key, 20)
    digest = hashlib.sha256()
    def keep(params):
        for leaf in params:
            digest.update(np.asarray(leaf).tobytes())
    jax.grad(loss)(start, key)  # the self-test compiles too, once
    compiled.clear()
    params, once = start, jax.jit(step)
    for one in keys:
        params = once(params, one)
    keep(params)
    keep(jax.jit(lambda params, keys: jax.lax.scan(lambda p, k: (step(p, k), None), params, keys)[0])(start, keys))
    donated, params = jax.jit(step, donate_argnums=0), [leaf.copy() for leaf in start]
    for one in keys:
        params = donated(params, one)
    keep(params)
    keep(jax.jit(jax.vmap(step, in_axes=(None, 0)))(start, keys))
    print(len(compiled), digest.hexdigest())
"""


def in_a_process(python: str, script: str, folder: Path) -> str:
    """What it prints, without the agent."""
    path = folder / "script.py"
    path.write_text(textwrap.dedent(script), encoding="utf-8")
    environment = {**os.environ, "JAX_PLATFORMS": "cpu", "OMP_NUM_THREADS": "1"}
    return subprocess.run([python, str(path)], env=environment, text=True, capture_output=True, check=True).stdout


@pytest.mark.slow
def test_results_and_compilations_are_those_without_the_meter(jax_python, run_one, tmp_path):
    said, printed = run_one(TRAINING)
    assert said.of_kind("counts")
    assert printed.split() == in_a_process(jax_python, TRAINING, tmp_path).split()


@pytest.mark.slow
def test_a_killed_process_leaves_all_but_the_last_update(run_one):
    killed = """
        import os, signal
        import jax
        params = {"w": jax.numpy.linspace(-1, 1, 40).reshape(8, 5)}
        step = jax.jit(lambda p: {"w": p["w"] - 0.1 * jax.grad(lambda p: (p["w"] ** 2).sum())(p)["w"]})
        for _ in range(12):
            params = step(params)
        jax.block_until_ready(params)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    said, _ = run_one(killed)
    assert [(counter.updates, counter.gradients) for counter in said.counters] == [(11, 12)]


@pytest.mark.slow
def test_a_meter_that_miscounts_its_self_test_counts_nothing_and_says_so(run_one):
    broken = """
        import jax
        from validator_agent import jax_values
        traced = jax_values.traced_words
        jax_values.traced_words = lambda *leaves: traced(*leaves) * 0
        params = {"w": jax.numpy.ones((8, 5))}
        for _ in range(12):
            params = jax.tree.map(lambda w, g: w - 0.1 * g, params, jax.grad(lambda p: (p["w"] ** 2).sum())(params))
    """
    said, _ = run_one(broken)
    assert [record["ok"] for record in said.of_kind("selftest")] == [False]
    assert not said.of_kind("net")
    assert said.judged().readings["model.steps"].value is None
