"""What a module imports, and which private names it reads, told from its source alone."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator
from dataclasses import dataclass

PRIVATE_NAMES = {
    "_DEFAULT_FETCH",
    "_current_path",
    "_has_events",
    "_allow_autobegin",
    "_is_user_refresh",
    "_lazy_loaded_from",
    "_new_runid",
    "_only_load_props",
    "_refresh_state",
    "_sa_top_level_orm_context",
}


@dataclass(frozen=True)
class Import:
    """One imported module; `types_only` when type checkers alone see the statement."""

    target: str
    line: int
    types_only: bool = False


def imports_of(
    source: str, module: str, *, is_package: bool = False, rooms: Container[str] = ()
) -> Iterator[Import]:
    """Yield every import of *source*, wherever in it, as absolute module names.

    `from x import y` imports `x`, unless `y` is a module: one of the *rooms* of the house, or
    a lower-case name within one of them.
    """
    package = module if is_package else module.rpartition(".")[0]
    tree = ast.parse(source)
    unseen = set(_type_checking_nodes(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, node in unseen)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            for alias in node.names:
                yield Import(_target(base, alias.name, rooms), node.lineno, node in unseen)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    parts = parts[: len(parts) - node.level + 1]
    return ".".join([*parts, node.module] if node.module else parts)


def _target(base: str, name: str, rooms: Container[str]) -> str:
    parts = base.split(".")
    if parts == ["querywatch"]:
        return f"{base}.{name}" if name in rooms else base
    in_a_room = parts[0] == "querywatch" and len(parts) == 2
    return f"{base}.{name}" if in_a_room and name.islower() else base


def _type_checking_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            for statement in node.body:
                yield from ast.walk(statement)


def private_names(source: str) -> Iterator[tuple[str, int]]:
    """Yield each private name of SQLAlchemy that *source* reads, as attribute or as string."""
    for node in ast.walk(ast.parse(source)):
        name = None
        if isinstance(node, ast.Attribute):
            name = node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = node.value
        if name and (name in PRIVATE_NAMES or (name.startswith("_sa_") and name.isidentifier())):
            yield name, node.lineno  # type: ignore[attr-defined]


def replaced_names(source: str) -> Iterator[tuple[str, int]]:
    """Yield each attribute of something imported from SQLAlchemy that *source* assigns to."""
    tree = ast.parse(source)
    imported = _sqlalchemy_names(tree)
    for node in ast.walk(tree):
        for target in _assigned(node):
            if ast.unparse(target).partition(".")[0] in imported:
                yield ast.unparse(target), target.lineno
        if (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) == "setattr"
            and ast.unparse(node.args[0]).partition(".")[0] in imported
        ):
            yield ast.unparse(node.args[0]), node.lineno


def _assigned(node: ast.AST) -> list[ast.Attribute]:
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        targets = [node.target]
    return [target for target in targets if isinstance(target, ast.Attribute)]


def _sqlalchemy_names(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {
                (alias.asname or alias.name).partition(".")[0]
                for alias in node.names
                if alias.name.partition(".")[0] == "sqlalchemy"
            }
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            names |= {alias.asname or alias.name for alias in node.names}
    return names
