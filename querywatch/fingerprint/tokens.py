"""SQL text cut into tokens: one pass, one compiled alternation per dialect."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, TypeAlias

from querywatch.fingerprint.vocabulary import Vocabulary, vocabulary

Token: TypeAlias = tuple[str, str]
"""What it is (the name of a group below) and how it is written."""

# Ends a text that was cut at the cap; no database accepts it outside quotes.
MARK: Final = "…"


def _word(inside: str) -> str:
    """Return what a word is whose letters, but for the first, may be any of *inside* too.

    Beyond ASCII every character is a letter but the blanks and the mark. In two steps, for one
    class of all letters takes several times as long to compile.
    """
    return rf"(?![0-9{inside}])(?:[A-Za-z0-9_{inside}]++|(?!{MARK})[^\x00-\x7f\s])++"


# Every quoted form accepts the end of the text as its terminator and no branch can backtrack
# (possessive quantifiers, or a lazy one that nothing follows): unterminated input stays linear.
_LINE = r"--[^\r\n]*+"
_BLOCK = r"/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)"
# A comment with another one inside is left to count the levels of.
_FLAT_BLOCK = r"/\*(?:[^*/]|\*(?!/)|/(?!\*))*+(?:\*/|\Z)"
_STRING = r"'(?:[^']|'')*+(?:'|\Z)"
_BACKSLASH_STRING = r"'(?:[^'\\]|''|\\[\s\S]|\\\Z)*+(?:'|\Z)"
_PREFIXED = r"(?:[bBxXnN]|[uU]&)?+" + _STRING
_ESCAPED = r"[eE]" + _BACKSLASH_STRING
# Of ASCII only letters, figures and the underscore, and beyond it everything.
_TAG = r"(?![0-9])(?:[A-Za-z0-9_]|[^\x00-\x7f])++"
_DOLLAR = rf"\$(?P<tag>(?:{_TAG})?)\$[\s\S]*?(?:\$(?P=tag)\$|\Z)"
_Q_STRING = (
    r"[nN]?[qQ]'(?:"
    r"\[[\s\S]*?(?:\]'|\Z)|\{[\s\S]*?(?:\}'|\Z)|\([\s\S]*?(?:\)'|\Z)|<[\s\S]*?(?:>'|\Z)"
    r"|(?P<q>[^\s\[{(<])[\s\S]*?(?:(?P=q)'|\Z)|\Z)"
)
_MYSQL_STRING = r"(?:_[A-Za-z0-9]++\s*+|[bBxXnN])?+" + _BACKSLASH_STRING
_MYSQL_DOUBLE = _MYSQL_STRING.replace("'", '"')
_DOUBLE = r'"(?:[^"]|"")*+"'
_BACKTICK = r"`(?:[^`]|``)*+`"
_BRACKET = r"\[(?:[^\]]|\]\])*+\]"
# Generic text may hold arrays: only what looks like a name and follows no operand is one.
_NAME_IN_BRACKETS = r"""(?<![\w)\]"'`?])\[[#A-Za-z_][\w $#@.-]*+\]"""
_OPEN_ENDED = r'"(?:[^"]|"")*+\Z|`(?:[^`]|``)*+\Z'
_NUMBER = (
    r"(?:[0-9][0-9_]*+(?:\.(?!\.)[0-9_]*+)?+|\.[0-9][0-9_]*+)(?:[eE][+-]?[0-9]++)?+[A-Za-z0-9_]*+"
)
_MONEY = r"[$£€¥][0-9]++(?:\.[0-9]*+)?+"

_PERCENT = r"%\([^()]{1,256}+\)s|%s(?![A-Za-z0-9_])"
_EXPANDING = r"__\[POSTCOMPILE_[^\]~\s]{1,256}+(?:~~[^~]{0,256}+~~REPL~~[^~]{0,256}+~~)?+\]"
_COLON = r':(?:[A-Za-z_][A-Za-z0-9_$]*+|[0-9]++(?![A-Za-z_$])|"[^"]{1,128}+")'
_NUMBERED = r"\$[0-9]++|\?[0-9]++|@[pP][0-9]++"
_DOLLAR_NAME = r"|\$[A-Za-z_]\w*+"
_PART = r'(?:"[^"]{1,128}+"|[A-Za-z_]\w*+)'
# asyncpg and psycopg are sent `$1::INTEGER`, `%(id)s::VARCHAR(20)[]`: the cast is the driver's.
_DRIVER_CAST = (
    rf"(?:::{_PART}(?:\.{_PART})*+(?:\ VARYING|\ PRECISION)?+(?:\([0-9]++(?:,\ ?[0-9]++)?+\))?+"
    r"(?:\ WITH(?:OUT)?\ (?:LOCAL\ )?TIME\ ZONE)?+(?:\[[0-9]*+\])*+)*+"
)

# Longest first. Signs end no operator here: `=-1` is `=` and `-1`.
_OPERATORS = (
    r"<=>|<->|<#>|->>|#>>|<<=|>>=|<<\||\|>>|&<\||\|&>|!~~\*|!~~|~~\*|~~|!~\*|!~|~\*|@@@|-\|-|\|\|/"
    r"|->|#>|#-|&&|\|\||<@|@>|@@|<<|>>|<>|!=|<=|>=|==|:=|=>|\^=|~=|!<|!>|&<|&>|##|%%|\*\*|\|/"
)
_QUESTIONS = r"\?\?|\?\||\?&|\?-\||\?-|\?\#|@\?|"


_SPECIAL: Final = frozenset({"path", "nested", "end"})


class Lexer:
    """How one dialect's text is cut: `asks` says that `?` may be an operator there."""

    __slots__ = ("asks", "pattern", "vocabulary")

    def __init__(
        self, pattern: re.Pattern[str], vocabulary: Vocabulary, *, asks: bool = False
    ) -> None:
        self.pattern = pattern
        self.vocabulary = vocabulary
        self.asks = asks

    def tokens(self, text: str) -> list[Token]:
        """Return the tokens of *text* without blanks and comments."""
        found: list[Token] = []
        position = 0
        while position >= 0:
            position = self._read(text, position, found)
        return found

    def _read(self, text: str, position: int, found: list[Token]) -> int:
        """Read on to the end, or to the end of a comment with others inside."""
        add = found.append
        for match in self.pattern.finditer(text, position):
            kind = match.lastgroup or ""
            if kind not in _SPECIAL:
                add((kind, match[kind]))
            elif kind == "nested":
                return _after_comment(text, match.end())
            elif kind == "path":
                # It begins with a word or a quoted name: where the other one stands is -1.
                first = max(match.start("word"), match.start("name"))
                add(("path", text[first : match.end()]))
        return -1


_COMMENT_EDGE: Final = r"/\*|\*/"


def _after_comment(text: str, position: int) -> int:
    depth = 1
    for edge in re.compile(_COMMENT_EDGE).finditer(text, position):
        depth += 1 if edge.group() == "/*" else -1
        if depth == 0:
            return edge.end()
    return -1


def _lexer(
    dialect: str,
    *literals: str,
    comments: str = rf"{_LINE}|{_BLOCK}",
    names: str = rf"{_DOUBLE}|{_BACKTICK}",
    words: str = "",
    inside: str = "$",
    dot: str = r"\.(?![0-9])",
    binds: str = "",
    casts: bool = False,
    nested: bool = False,
    asks: bool = False,
) -> Lexer:
    nested_group = r"|(?P<nested>/\*)" if nested else ""
    cast = _DRIVER_CAST if casts else ""
    word = rf"{words}{_word(inside)}"
    # A name with its qualifiers is one token, but for endless chains.
    rest = rf"(?:\.(?:{word}|(?=[\"`\[])(?:{names}))){{1,8}}+"
    # The first character decides: what it cannot begin is passed over by a look at it.
    groups = (
        rf"(?P<text>(?=['\"`$£€¥\[_bBeEnNqQuUxX])(?:{'|'.join((*literals, _OPEN_ENDED))}))",
        rf"(?P<bind>(?=[%_$?@])(?:(?:{_EXPANDING})|(?:{_PERCENT}|{_NUMBERED}{binds}){cast}))",
        rf"(?:(?P<word>{word})|(?P<name>(?=[\"`\[])(?:{names})))(?P<path>{rest})?+",
        rf"(?P<comma>,)|(?P<dot>{dot})|(?P<open>\()|(?P<close>[)\]])",
        rf"(?P<number>(?=[.0-9]){_NUMBER})",
        rf"(?P<subscript>\[)|(?P<semicolon>;)|(?P<cast>::)|(?P<mark>{MARK}){nested_group}",
        rf"(?P<op>(?=[-+*/<>=~!@#%^&|:?]){_QUESTIONS if asks else ''}{_OPERATORS})",
        rf"(?P<colon>{_COLON}{cast}|:)|(?P<ask>\?)|(?P<end>\Z)|(?P<other>[\s\S])",
    )
    pattern = re.compile(rf"(?:\s++|{comments})*+(?:{'|'.join(groups)})")
    return Lexer(pattern, vocabulary(dialect), asks=asks)


# MySQL runs what is inside `/*! */`, wants a blank after `--`, and lets names begin with digits.
_MYSQL_COMMENTS = (
    r"--(?=\s|\Z)[^\r\n]*+|\#[^\r\n]*+|/\*(?:!|M!)[0-9]*+|\*/"
    r"|/\*(?!!|M!)(?:[^*]|\*(?!/))*+(?:\*/|\Z)"
)
_MYSQL_DIGITS = r"(?!0[xX][0-9A-Fa-f]|0[bB][01]|[0-9]++[eE][+-]?[0-9])[0-9]++(?=[A-Za-z_$])|@{0,2}"
_MYSQL_DOT = r"\.(?![0-9])|\.(?=[0-9]++[A-Za-z_$])(?![0-9]++[eE][+-]?[0-9])"
_NESTING = rf"{_LINE}|{_FLAT_BLOCK}"


def _mysql() -> Lexer:
    literals = (_MYSQL_STRING, _MYSQL_DOUBLE)
    words = rf"(?:{_MYSQL_DIGITS})"
    return _lexer(
        "mysql",
        *literals,
        comments=_MYSQL_COMMENTS,
        names=_BACKTICK,
        words=words,
        dot=_MYSQL_DOT,
    )


def _postgresql() -> Lexer:
    literals = (_ESCAPED, _PREFIXED, _DOLLAR)
    return _lexer("postgresql", *literals, comments=_NESTING, casts=True, nested=True, asks=True)


def _mssql() -> Lexer:
    names = rf"{_DOUBLE}|{_BRACKET}|{_BACKTICK}"
    literals = (_PREFIXED, _MONEY, r"\[(?:[^\]]|\]\])*+\Z")
    words = r"(?:@{1,2}|\#{1,2}|\$(?=[A-Za-z]))?+"
    return _lexer(
        "mssql",
        *literals,
        comments=_NESTING,
        names=names,
        words=words,
        inside="$#@",
        nested=True,
    )


def _sqlite() -> Lexer:
    names = rf"{_DOUBLE}|{_BRACKET}|{_BACKTICK}"
    literals = (_PREFIXED, r"\[(?:[^\]]|\]\])*+\Z")
    return _lexer("sqlite", *literals, names=names, binds=rf"{_DOLLAR_NAME}|@[A-Za-z_]\w*+")


def _oracle() -> Lexer:
    return _lexer("oracle", _Q_STRING, _PREFIXED, inside="$#")


def _generic() -> Lexer:
    names = rf"{_DOUBLE}|{_BACKTICK}|{_NAME_IN_BRACKETS}"
    literals = (_ESCAPED, _Q_STRING, _PREFIXED, _DOLLAR)
    return _lexer("", *literals, names=names, words="@{0,2}", binds=_DOLLAR_NAME, casts=True)


_BY_DIALECT: Final = {
    "postgresql": _postgresql,
    "mysql": _mysql,
    "mariadb": _mysql,
    "mssql": _mssql,
    "sqlite": _sqlite,
    "oracle": _oracle,
}


@cache
def _built(name: str) -> Lexer:
    return _BY_DIALECT.get(name, _generic)()


def lexer(dialect: str) -> Lexer:
    """Return the lexer of a SQLAlchemy dialect name, the generic one for any other."""
    return _built(dialect if dialect in _BY_DIALECT else "")
