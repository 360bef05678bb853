"""Which settings of the language are read, by following types through the source a short way.

What has the type of a setting's class is known from annotations, constructors, `.conduct`, `.forms`
and `.checks` of a protocol, and whatever is taken out of such a thing: an element, a value, an
alternative. An attribute that is loaded of it, outside the schema and its rules, is read.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple, get_args

from equipoise.protocol.model.conduct import ConductPlan
from equipoise.protocol.model.forms import CheckPlan, FormPlan

SRC = Path(__file__).parents[2] / "src" / "equipoise"
NOT_READERS = (SRC / "protocol", SRC / "meaning" / "rules")
ROOTS = {"conduct": ConductPlan, "forms": FormPlan, "checks": CheckPlan}
CLASSES: dict[str, type] = {}
Fields = Mapping[str, Mapping[str, set[str]]]  # class -> setting -> classes of its value


def settings() -> dict[str, dict[str, set[str]]]:
    """Every class of the language of conduct, forms and checks, with its settings."""
    CLASSES.clear()
    found: dict[str, dict[str, set[str]]] = {}
    waiting = list(ROOTS.values())
    while waiting:
        one = waiting.pop()
        if one.__name__ in found:
            continue
        CLASSES[one.__name__] = one
        inside = {name: set(_models(f.annotation)) for name, f in one.model_fields.items()}
        found[one.__name__] = {n: {m.__name__ for m in many} for n, many in inside.items()}
        waiting += [model for many in inside.values() for model in many]
    return found


def _models(annotation: object) -> Iterable[type]:
    if isinstance(annotation, type) and hasattr(annotation, "model_fields"):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def unread(fields: Fields) -> list[str]:
    """`Class.setting` for each that no room reads."""
    sources = [_source(file) for file in sorted(SRC.rglob("*.py"))
               if not any(file.is_relative_to(one) for one in NOT_READERS)]  # fmt: skip
    answers = _answers(sources, fields)
    read: set[tuple[str, str]] = set()
    for source in sources:
        for function in source.functions:
            _Reading(fields, answers, read).of(function)
    return sorted(f"{c}.{name}" for c, own in fields.items() for name in own
                  if (c, name) not in read)  # fmt: skip


class _Function(NamedTuple):
    """A function with what is followed in it: where a name is set, and attributes loaded."""

    node: ast.FunctionDef
    sets: list[ast.AST]
    loads: list[ast.Attribute]


class _Source(NamedTuple):
    """Of a file: its functions, and what has an annotation."""

    functions: list[_Function]
    annotated: list[ast.FunctionDef | ast.AnnAssign]


@cache
def _source(file: Path) -> _Source:
    """Parsed and walked once, however often all of the source is gone through."""
    nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
    functions = [_function(n) for n in nodes if isinstance(n, ast.FunctionDef)]
    return _Source(functions, [n for n in nodes if isinstance(n, ast.FunctionDef | ast.AnnAssign)])


def _function(node: ast.FunctionDef) -> _Function:
    nodes = list(ast.walk(node))
    sets = [n for n in nodes if isinstance(n, _SETS)]
    loaded = [n for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Load)]
    return _Function(node, sets, loaded)


_SETS = (ast.Assign, ast.For, ast.comprehension, ast.NamedExpr)


def _answers(sources: list[_Source], fields: Fields) -> dict[str, set[str]]:
    """Functions, and fields of other classes, by name: what settings they give."""
    found: dict[str, set[str]] = defaultdict(set)
    for node in [n for source in sources for n in source.annotated]:
        if isinstance(node, ast.FunctionDef) and node.returns is not None:
            found[node.name] |= _named(node.returns, fields)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] |= _named(node.annotation, fields)
    return found


def _named(annotation: ast.AST, fields: Fields) -> set[str]:
    names = {n.id for n in ast.walk(annotation) if isinstance(n, ast.Name)}
    return {name for name in names if name in fields}


class _Reading:
    def __init__(self, fields: Fields, answers: Mapping[str, set[str]], read: set) -> None:
        self.fields, self.answers, self.read = fields, answers, read
        self.known: dict[str, set[str]] = defaultdict(set)

    def of(self, function: _Function) -> None:
        given = function.node.args
        for one in (*given.posonlyargs, *given.args, *given.kwonlyargs):
            if one.annotation is not None:
                self.known[one.arg] |= _named(one.annotation, self.fields)
        for _ in range(3):  # a name may be used above where it is set, in a loop
            for node in function.sets:
                self._follow(node)
        for node in function.loads:
            for kind in self.kinds(node.value):
                self.read |= {(kind, name) for name in _loaded(kind, node.attr)}

    def _follow(self, node: ast.AST) -> None:
        pairs: list[tuple[ast.AST, ast.AST]] = []
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs += _paired(target, node.value)
        elif isinstance(node, (ast.For, ast.comprehension)):
            pairs = [(node.target, node.iter)]
        elif isinstance(node, ast.NamedExpr):
            pairs = [(node.target, node.value)]
        for target, value in pairs:
            for name in [n for n in ast.walk(target) if isinstance(n, ast.Name)]:
                self.known[name.id] |= self.kinds(value)

    def kinds(self, node: ast.AST) -> set[str]:
        """The classes of settings that an expression can have."""
        if isinstance(node, ast.Name):
            return set(self.known[node.id])
        if isinstance(node, ast.Attribute):
            return self._of_attribute(node)
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            found = {name} if name in self.fields else set(self.answers.get(name, ()))
            whole = [*node.args, *(one.value for one in node.keywords)]
            whole += [node.func.value] if isinstance(node.func, ast.Attribute) else []
            passes = name in _PASSES
            return found | ({k for one in whole for k in self.kinds(one)} if passes else set())
        parts = [p for p in ast.iter_child_nodes(node) if isinstance(p, ast.expr)]
        return {kind for part in parts for kind in self.kinds(part)}

    def _of_attribute(self, node: ast.Attribute) -> set[str]:
        whose = self.kinds(node.value)
        inside = {k for one in whose for k in self.fields[one].get(node.attr, ())}
        if inside or any(node.attr in self.fields[one] for one in whose):
            return inside
        root = ROOTS.get(node.attr)
        return {root.__name__} if root else set(self.answers.get(node.attr, ()))


def _loaded(kind: str, name: str) -> set[str]:
    """The settings that an attribute reads: itself, or those that a method of the class reads."""
    method = getattr(CLASSES.get(kind), name, None)
    return {name, *getattr(getattr(method, "__code__", None), "co_names", ())}


_PASSES = frozenset({"next", "iter", "items", "values", "get", "enumerate", "list", "tuple", "zip",
                     "sorted", "reversed"})  # fmt: skip


def _paired(target: ast.AST, value: ast.AST) -> list[tuple[ast.AST, ast.AST]]:
    both = (target, value)
    if all(isinstance(one, ast.Tuple) for one in both) and len(target.elts) == len(value.elts):
        return list(zip(target.elts, value.elts))
    return [both]
