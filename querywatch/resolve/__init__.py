"""Resolve: raw records become queries, after the fact and off the hot path."""

from querywatch.resolve.glance import durations_apart, is_write, writers
from querywatch.resolve.recordings import Resolver
from querywatch.resolve.sites import function_name, project_root

__all__ = ["Resolver", "durations_apart", "function_name", "is_write", "project_root", "writers"]
