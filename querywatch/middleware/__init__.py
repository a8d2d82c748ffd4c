"""The door for HTTP and WebSocket: one line in an ASGI application."""

from querywatch.middleware.door import QueryWatchMiddleware

__all__ = ["QueryWatchMiddleware"]
