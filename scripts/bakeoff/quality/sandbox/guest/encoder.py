"""Writes values as Python literals, by exact type.

No method of an answer's own classes is called: a subclass of ``str``, an object that equals
everything or one whose ``repr`` hangs is not written but named.
"""

from typing import Any, Final

#: Values inside values; Python's own parser takes 200 brackets.
MAX_DEPTH: Final = 100
#: Integers of more bits are written in hexadecimal: decimal is quadratic and limited in digits.
_DECIMAL_BITS: Final = 2000
_MESSAGE_CHARACTERS: Final = 200
_PLAIN: Final = (bool, int, float, complex, str, bytes, list, tuple, set, dict, type(None))
#: Compared by identity: a class may have a metaclass that calls itself equal to anything.
_PLAIN_IDS: Final = frozenset(map(id, _PLAIN))

_class_name = type.__dict__["__name__"].__get__  # of the class itself, whatever it says of itself
_arguments = BaseException.__dict__["args"].__get__


class UnencodableError(Exception):
    """A value cannot be written; the message says why."""


def encoded(value: object, characters: int) -> str:
    """Return a value as a literal that ``ast.literal_eval`` reads.

    Args:
        value: The value.
        characters: Most characters that the literal may have.

    Raises:
        UnencodableError: If it holds anything that is of no plain type (``bool``, ``int``,
            ``float``, ``complex``, ``str``, ``bytes``, ``list``, ``tuple``, ``set``, ``dict``,
            ``None``, and none of their subclasses), is not a number, too deep or too large.
    """
    parts: list[str] = []
    _write(value, parts, _Room(characters), 0)
    return "".join(parts)


def described(error: BaseException) -> str:
    """Return type and message of an exception, without asking the exception itself."""
    name = _class_name(type(error))
    arguments = _arguments(error)
    message = arguments[0] if arguments else None
    if type(message) is str and message:
        return f"{name}: {message[:_MESSAGE_CHARACTERS]}"
    return f"{name}: {message}" if type(message) is int and message.bit_length() < 64 else name


class _Room:
    """Characters that are left."""

    def __init__(self, characters: int) -> None:
        self._left = characters

    def need(self, characters: int) -> None:
        """Refuse what does not fit."""
        if characters > self._left:
            raise UnencodableError("the value is too large")

    def take(self, characters: int) -> None:
        """Use so much."""
        self.need(characters)
        self._left -= characters


def _write(value: Any, parts: list[str], room: _Room, depth: int) -> None:
    kind = type(value)
    if id(kind) not in _PLAIN_IDS:
        raise UnencodableError(f"a value of type {_class_name(kind)}")
    if kind is list or kind is tuple or kind is set or kind is dict:
        _write_container(value, parts, room, depth)
        return
    if kind is str or kind is bytes:
        room.need(len(value))  # before a literal of it is made
    text = _integer(value, room) if kind is int else _scalar(value)
    room.take(len(text))
    parts.append(text)


def _integer(value: int, room: _Room) -> str:
    bits = value.bit_length()
    if bits <= _DECIMAL_BITS:
        return repr(value)
    room.need(bits // 4)
    return hex(value)


def _scalar(value: Any) -> str:
    if type(value) is float:
        return _float(value)
    if type(value) is complex:
        sign = "" if repr(value.imag).startswith(("-", "n")) else "+"
        return f"({_float(value.real)}{sign}{_float(value.imag)}j)"
    return ascii(value)


def _float(value: float) -> str:
    if value != value:  # noqa: PLR0124 -- what NaN is known by
        raise UnencodableError("not a number")
    text = repr(value)
    return text.replace("inf", "1e999")  # infinity has no literal of its own


def _write_container(value: Any, parts: list[str], room: _Room, depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise UnencodableError("the value is too deep")
    kind = type(value)
    if kind is set and not value:
        parts.append("set()")
        return
    opening, closing = ("[", "]") if kind is list else ("(", ")") if kind is tuple else ("{", "}")
    parts.append(opening)
    # Items, not look-ups: those would call the keys' own __eq__.
    for place, one in enumerate(value.items() if kind is dict else value):
        room.take(4)
        if place:
            parts.append(", ")
        if kind is dict:
            _write(one[0], parts, room, depth + 1)
            parts.append(": ")
        _write(one[1] if kind is dict else one, parts, room, depth + 1)
    parts.append(f",{closing}" if kind is tuple and len(value) == 1 else closing)
