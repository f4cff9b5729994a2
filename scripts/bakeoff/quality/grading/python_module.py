"""What a piece of Python defines and needs, found without running it."""

import ast
import builtins
import symtable
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeGuard


@dataclass(frozen=True, kw_only=True)
class Module:
    """A piece of code.

    Attributes:
        code: Its text.
        readable: Whether this Python can read it; if not, nothing else is known of it.
        defined: Names that it binds: functions, classes, imports and variables.
        functions: Functions that it defines and that do something.
        methods: Name of the class by the name of each method.
        needed: Names that it uses, but neither binds nor finds among the built-in ones.
    """

    code: str
    readable: bool = False
    defined: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    methods: Mapping[str, str] = field(default_factory=dict)
    needed: frozenset[str] = frozenset()


def read_module(code: str) -> Module:
    """Return what is known of a piece of code; never raises for what it is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python warns of is the answer's business
            tree = ast.parse(code)
            table = symtable.symtable(code, "answer", "exec")
        return _described(code, tree, table)
    except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError):
        return Module(code=code)


def _described(code: str, tree: ast.Module, table: symtable.SymbolTable) -> Module:
    defined = frozenset(
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_assigned() or symbol.is_imported()
    )
    used = {
        symbol.get_name()
        for scope in _scopes(table)
        for symbol in scope.get_symbols()
        if symbol.is_referenced() and (scope is table or symbol.is_global())
    }
    definitions = [node for node in tree.body if _is_function(node)]
    return Module(
        code=code,
        readable=True,
        defined=defined,
        functions=frozenset(node.name for node in definitions if not _is_stub(node)),
        methods={
            method.name: node.name
            for node in tree.body
            if isinstance(node, ast.ClassDef)
            for method in node.body
            if _is_function(method)
        },
        needed=frozenset(used - defined - set(dir(builtins))),
    )


def _scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    waiting = [table]
    while waiting:
        scope = waiting.pop()
        yield scope
        waiting += scope.get_children()


_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _is_function(node: ast.stmt) -> TypeGuard[_Function]:
    return isinstance(node, _Function)


def _is_stub(node: _Function) -> bool:
    """Return whether a function only stands for one: its body is ``...``, ``pass`` or a text."""
    return all(
        isinstance(part, ast.Pass)
        or (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
        for part in node.body
    )
