"""Which route a request took: its template, never the path that was asked for.

Starlette writes into the scope what it matched. Where that is not the whole truth (mounted
applications, older versions, a middleware that copies the scope) the routes are matched again.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from starlette.routing import Host, Match, Mount

from querywatch.model import Request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import Scope

UNMATCHED: Final = "<unmatched>"

# Everything a route looks at; FastAPI's own notes of the first match must not steer the second.
_KEYS: Final = ("type", "method", "path", "headers", "scheme", "server", "app_root_path")
_METHODS: Final = frozenset(
    {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY"}
)


class _Found(NamedTuple):
    template: str
    endpoint: object = None


class _Goal(NamedTuple):
    """What the scope tells of the innermost route: where it is mounted, and its template there."""

    root_path: str
    found: _Found | None


def describe(scope: Scope, status: int | None) -> Request:
    """Describe the request that *scope* belongs to, once the application has routed it."""
    method = method_of(scope)
    found = _find(scope)
    if found is None or not found.template:
        return Request(method, UNMATCHED, "", status)
    return Request(method, found.template, _name(found.endpoint), status)


def method_of(scope: Scope) -> str:
    """Name the method; a made-up one is `_OTHER`, for clients may send any word."""
    if scope["type"] == "websocket":
        return "WEBSOCKET"
    method: str = scope["method"]
    return method if method in _METHODS else "_OTHER"


def _find(scope: Scope) -> _Found | None:
    if "router" in scope and "endpoint" not in scope:
        return None
    root_path = scope.get("root_path", "")
    outermost = scope.get("app_root_path", root_path)
    innermost = _innermost(scope)
    routes = _routes(scope)
    if not routes or (innermost and root_path == outermost):
        return innermost
    fresh = {key: scope[key] for key in _KEYS if key in scope} | {"root_path": outermost}
    return _walk(routes, fresh, _Goal(root_path, innermost)) or innermost


def _innermost(scope: Scope) -> _Found | None:
    route = scope.get("route")
    if route is None or isinstance(route, Mount | Host):
        return None
    template = getattr(_with_prefix(route, scope), "path_format", "")
    return _Found(template, scope.get("endpoint")) if template else None


def _with_prefix(route: Any, scope: Scope) -> Any:
    # FastAPI (0.137 and later) keeps the prefixes of included routers beside the route, and
    # tells of them here alone; a context left over from an outer application is not of it.
    notes = scope.get("fastapi")
    context = notes.get("effective_route_context") if isinstance(notes, dict) else None
    mounted = getattr(context, "starlette_route", None)
    if route is mounted or route is getattr(context, "original_route", None):
        return mounted or context
    return route


def _routes(scope: Scope) -> Iterable[Any]:
    # The outermost router where one was reached, and otherwise the application around us.
    owner = scope.get("router") or scope.get("app")
    return getattr(owner, "routes", None) or ()


def _walk(routes: Iterable[Any], scope: Scope, goal: _Goal) -> _Found | None:
    matched = _match(routes, scope)
    if matched is None:
        return None
    route, child = matched
    template = getattr(route, "path_format", "")
    inner = getattr(route, "routes", None)
    if inner is None:
        return _Found(template, child.get("endpoint"))
    prefix = template.removesuffix("/{path}")
    scope = {**scope, **child}
    found = goal.found
    if found is None or scope.get("root_path", "") != goal.root_path:
        if not inner:
            # An application that is no router: the mount is all there is to know.
            return found or _Found(template, child.get("endpoint"))
        found = _walk(inner, scope, goal)
    return found and _Found(prefix + found.template, found.endpoint)


def _match(routes: Iterable[Any], scope: Scope) -> tuple[Any, Scope] | None:
    partly = None
    for route in _spread(routes):
        match, child = route.matches(scope)
        if match is Match.FULL:
            return route, child
        if match is Match.PARTIAL and partly is None:
            partly = route, child
    return partly


def _spread(routes: Iterable[Any]) -> Iterable[Any]:
    # Public since FastAPI 0.137.2; whoever routes by FastAPI has loaded it.
    spread = getattr(sys.modules.get("fastapi.routing"), "iter_route_contexts", None)
    return routes if spread is None else spread(routes)


def _name(endpoint: object) -> str:
    while isinstance(endpoint, partial):
        endpoint = endpoint.func
    if endpoint is None:
        return ""
    return str(getattr(endpoint, "__name__", type(endpoint).__name__))
