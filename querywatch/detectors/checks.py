"""What a detector's own options may be: refused at construction, in words, with the value."""

from __future__ import annotations

from querywatch.errors import ConfigurationError


def check_count(detector: object, option: str, *, above: int = 0) -> None:
    """Refuse an *option* of *detector* that is not a whole number *above* some other."""
    value = getattr(detector, option)
    if isinstance(value, bool) or not isinstance(value, int) or value <= above:
        _refuse(detector, option, f"a whole number above {above}")


def check_seconds(detector: object, option: str) -> None:
    """Refuse an *option* of *detector* that is not a number of seconds above 0."""
    value = getattr(detector, option)
    # Not `value <= 0`: every comparison with NaN is false.
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        _refuse(detector, option, "a number of seconds above 0")


def _refuse(detector: object, option: str, rule: str) -> None:
    value = getattr(detector, option)
    raise ConfigurationError(f"{type(detector).__name__}: {option} must be {rule}, not {value!r}")
