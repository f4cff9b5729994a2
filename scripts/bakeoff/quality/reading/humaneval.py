"""Tests of asserts as inputs and outputs, where they are no more than that.

HumanEval's ``check(candidate)`` and MBPP's lists of asserts compare calls with values. Where both
are literals, the test says the same as a list of cases, which can be graded without trusting
anything that runs beside the answer. A test that does more (loops, random inputs, helpers) is
refused: half of a test could pass a wrong answer.
"""

import ast
from ast import literal_eval

#: Differences to a float that tests write as a tolerance; cases compare floats closely.
_CLOSE = 1e-6


def cases_of(test: str, function: str) -> list[dict[str, str]]:
    """Return a test's asserts as cases of literals, ``{"args": "(1, 2)", "expected": "3"}``.

    Args:
        test: Python source: ``def check(candidate): ...`` or asserts alone.
        function: Name of the function that is tested, beside ``candidate``.

    Raises:
        ValueError: If the test is anything else than asserts on literals; says which part.
    """
    try:
        tree = ast.parse(test)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"test is no Python: {error}") from error
    names = {function, "candidate"}
    cases = [_case(node, names) for node in _asserts(tree)]
    if not cases:
        raise ValueError("test has no assert; one or more are needed")
    return cases


def _asserts(tree: ast.Module) -> list[ast.Assert]:
    """Return the asserts of a test.

    Raises:
        ValueError: If there is anything else that does something.
    """
    found: list[ast.Assert] = []
    body = list(tree.body)
    while body:
        node = body.pop(0)
        if isinstance(node, ast.FunctionDef) and node.name == "check":
            body = [*node.body, *body]
        elif isinstance(node, ast.Assert):
            if not _says_nothing(node):
                found.append(node)
        elif not _is_idle(node):
            raise ValueError(f"line {node.lineno} of the test is no assert on literals")
    return found


def _says_nothing(node: ast.Assert) -> bool:
    """Say whether an assert holds whatever the function is: ``assert True, "..."``."""
    return isinstance(node.test, ast.Constant) and bool(node.test.value)


def _is_idle(node: ast.stmt) -> bool:
    """Say whether a statement alters nothing that is tested.

    These are docstrings, ``pass``, imports, the metadata of HumanEval, the call of ``check``.
    """
    match node:
        case ast.Pass() | ast.Import() | ast.ImportFrom():
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Call(func=ast.Name(id="check"))):
            return True
        case ast.Assign(targets=[ast.Name(id="METADATA")]):
            return True
    return False


def _case(node: ast.Assert, names: set[str]) -> dict[str, str]:
    """Return the case of one assert.

    Raises:
        ValueError: If it is none.
    """
    call, expected = _sides(node.test)
    match call:
        case ast.Call(func=ast.Name(id=name), args=given, keywords=[]) if name in names:
            pass
        case _:
            raise ValueError(
                f"line {node.lineno} of the test calls something else than the function"
            )
    try:
        args = tuple(literal_eval(arg) for arg in given)
        value = literal_eval(expected)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        raise ValueError(f"line {node.lineno} of the test has a value that is no literal") from None
    return {"args": repr(args), "expected": repr(value)}


def _sides(test: ast.expr) -> tuple[ast.expr, ast.expr]:
    """Return the call of an assert and what it should return.

    Raises:
        ValueError: If the assert has another form.
    """
    match test:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Is()], comparators=[right]):
            return (left, right) if isinstance(left, ast.Call) else (right, left)
        case ast.Compare(
            left=ast.Call(
                func=ast.Name(id="abs"),
                args=[ast.BinOp(left=left, op=ast.Sub(), right=right)],
            ),
            ops=[ast.Lt() | ast.LtE()],
            comparators=[ast.Constant(value=float() | int() as limit)],
        ) if limit <= _CLOSE:
            return left, right
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call() as call):
            return call, ast.Constant(value=False)
        case ast.Call():
            return test, ast.Constant(value=True)
    raise ValueError(f"line {test.lineno} of the test compares in a way that is not understood")


def called(test: str) -> str:
    """Return the name of the function that a test's first assert calls; empty if it calls none."""
    try:
        nodes = list(ast.walk(ast.parse(test)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    for node in nodes:
        if isinstance(node, ast.Assert):
            calls = [n for n in ast.walk(node) if isinstance(n, ast.Call)]
            names = [
                n.func.id for n in calls if isinstance(n.func, ast.Name) and n.func.id != "abs"
            ]
            return names[0] if names else ""
    return ""
