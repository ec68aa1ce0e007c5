"""Gradients that the compiler takes inside its graphs (`torch.func.grad` under `torch.compile`) run no engine entry.

A graph that holds such gradients is counted each time it is executed. Knows graphs of the compiler; counts nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

GRADIENT = "_autograd_grad"


def install(executing: Callable[[list[Any], int], Any], fault: Callable[..., None]) -> None:
    """Watch what the compiler makes of its graphs. Call when `torch._dynamo` has been imported.

    `executing(leaves, more)` is entered around each execution: what the first gradient is taken by, and how many
    gradients follow it in the graph at values that only the graph knows.
    """
    from torch._dynamo.output_graph import OutputGraph

    original = OutputGraph.call_user_compiler

    def call_user_compiler(graph: Any, module: Any, example_inputs: Any) -> Any:
        places, more = gradients_in(module)
        compiled = original(graph, module, example_inputs)
        if not places:
            return compiled

        @wraps(compiled)
        def counted(*args: Any) -> Any:
            with executing([args[place] for place in places if place < len(args)], more):
                return compiled(*args)

        # The compiler must not unwrap it: older ones look here for what they disabled before.
        vars(counted).pop("_torchdynamo_orig_callable", None)
        return counted

    def careful(graph: Any, module: Any, example_inputs: Any) -> Any:
        try:
            found = gradients_in(module)[0]
        except Exception as error:
            fault("compiled", error)
            found = []
        return (call_user_compiler if found else original)(graph, module, example_inputs)

    OutputGraph.call_user_compiler = careful  # type: ignore[method-assign, assignment]


def left_alone(function: Any) -> Any:
    """This function, which from now on the compiler does not look into, nor into what it calls.

    What `torch.compiler.disable` does, without its wrapper around each call.
    """
    from torch._dynamo import disable

    try:
        from torch._C._dynamo import eval_frame
        from torch._dynamo.types import FrameAction, FrameExecStrategy  # type: ignore[attr-defined]

        strategy = FrameExecStrategy(FrameAction.SKIP, FrameAction.SKIP)
        eval_frame.set_code_exec_strategy(function.__code__, strategy)
        function._torchdynamo_disable = True
        function._torchdynamo_disable_msg = None
    except Exception:  # another torch
        return disable(function)  # type: ignore[no-untyped-call]
    return function


def gradients_in(module: Any) -> tuple[list[int], int]:
    """The places among a graph's inputs that its first gradient is taken by, and the number of further gradients."""
    nodes = list(module.graph.nodes)
    inputs = [node for node in nodes if node.op == "placeholder"]
    taken = [node for node in nodes if getattr(node.target, "__name__", "") == GRADIENT]
    places: list[int] = []
    for gradient in taken[:1]:
        origins = [_origin(node) for node in gradient.args[1]]
        places = [inputs.index(origin) for origin in origins if origin in inputs]
    return places, max(0, len(taken) - 1) if places else 0


def _origin(node: Any) -> Any:
    """What was wrapped to differentiate by it."""
    for _ in range(8):
        wrapping = getattr(node.target, "__name__", "") in ("_wrap_for_grad", "_add_batch_dim")
        if node.op == "placeholder" or not wrapping:
            return node
        node = node.args[0]
    return node
