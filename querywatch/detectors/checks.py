"""What detectors are, and what their options may be: refused at once, in words, with the value."""

from __future__ import annotations

from typing import ClassVar

from querywatch.errors import ConfigurationError


class Rule:
    """A detector of the rule book: two with the same options are equal.

    One that judges `by_call` tells repeats by place and values: a test that calls the application
    three times has not made it repeat anything. Others know which query brought an object in.

    No dataclass. Python writes and compiles the methods of each anew in every process, and eight
    of them would be a sixth of what it takes to import us.
    """

    by_call: ClassVar[bool] = False

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({options})"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash((type(self), *vars(self).items()))


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
