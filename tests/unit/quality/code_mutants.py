"""Wrong solutions made from right ones: of the source of a solver, and of what it returns."""

import ast
import copy
import inspect
import signal
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Mod: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.And: ast.Or,
    ast.Or: ast.And,
}


class TooLongError(BaseException):
    """A mutant runs on; no ``except`` of a solver may catch it."""


def mutants(solver: Callable[..., Any]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the solver with one thing changed each time, and what that was."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(solver)))
    for place, node in enumerate(ast.walk(tree)):
        for way in range(2):
            changed = copy.deepcopy(tree)
            other = list(ast.walk(changed))[place]
            if _change(other, way):
                names = dict(solver.__globals__)
                exec(compile(ast.fix_missing_locations(changed), "mutant", "exec"), names)  # noqa: S102 -- our own source, changed
                line = getattr(node, "lineno", 0)
                yield f"line {line}: {ast.unparse(other)}", names[solver.__name__]


def _change(node: Any, way: int) -> bool:
    """Change a node in the first or second way that there is; False if there is none."""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        node.value += 1 if way else -1
    elif way:
        return False
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        node.value = not node.value
    elif isinstance(node, ast.IfExp):
        node.body, node.orelse = node.orelse, node.body
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in _SWAPS:
        node.ops[0] = _SWAPS[type(node.ops[0])]()
    elif isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign) and type(node.op) in _SWAPS:
        node.op = _SWAPS[type(node.op)]()
    else:
        return False
    return True


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise :class:`TooLongError` in the block if it takes more time of the processor."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGVTALRM, stop)
    # Again and again: raised within a callback of the garbage collector, the first would be lost.
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 0.1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def wrong_values(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what is wrong with it, and what a wrong solution returns instead of a value."""
    yield "None for it", None
    if type(value) is int:
        yield from [("one more", value + 1), ("one less", value - 1), ("a float", float(value))]
        yield from [("text", str(value)), ("a bool", bool(value))]
    if type(value) is bool:
        yield "an int", int(value)
    if type(value) is str:
        yield from [("cut short", value[:-1] or "x"), ("with a space", value + " ")]
    if type(value) in {list, tuple}:
        yield from _wrong_sequences(value)
    if type(value) is dict:
        yield from _wrong_dictionaries(value)


def _wrong_sequences(value: Any) -> Iterator[tuple[str, Any]]:
    kind = type(value)
    yield "the other kind of sequence", tuple(value) if kind is list else list(value)
    yield from [("one too many", kind([*value, 0])), ("reversed", value[::-1])]
    yield "the last one lost", value[:-1]
    for at, one in enumerate(value):
        for how, wrong in wrong_values(one):
            yield f"{how} at {at}", kind([*value[:at], wrong, *value[at + 1 :]])


def _wrong_dictionaries(value: dict[Any, Any]) -> Iterator[tuple[str, Any]]:
    yield from [("pairs", list(value.items())), ("one key too many", value | {"another": 0})]
    for key, one in value.items():
        yield "a key lost", {other: value[other] for other in value if other != key}
        for how, wrong in wrong_values(one):
            yield f"{how} for {key!r}", value | {key: wrong}
