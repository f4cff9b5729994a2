"""Turns what a model wrote into plain text: LaTeX, Markdown and typographic characters undone."""

import re

#: Longest stretch of text that is looked at; a final answer stands in less.
LINE_CHARACTERS = 2000

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_CHARACTERS = str.maketrans(
    dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014\ufe63\uff0d", "-")  # minus signs, dashes
    | dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f\u3000\t\r\v\f", " ")
    | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad")  # characters of no width: None
    | dict.fromkeys("\u2019\u2018\u02bc", "'")
    | dict.fromkeys("\u00d7\u00b7\u22c5\u2217", "*")
    | dict.fromkeys("\u2044\u00f7\u2215", "/")
    | dict.fromkeys("\u2248\u2243\u2245", "≈")
    | {0xFF10 + digit: str(digit) for digit in range(10)}
    | {0xFF1A: ":", 0xFF0E: ".", 0xFF0C: ",", 0xFF05: "%", 0xFF04: "$"}
)
_VULGAR = dict(
    zip(
        "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅐⅑⅒",
        (
            *("1/2", "1/3", "2/3", "1/4", "3/4", "1/5", "2/5", "3/5", "4/5", "1/6", "5/6"),
            *("1/8", "3/8", "5/8", "7/8", "1/7", "1/9", "1/10"),
        ),
        strict=True,
    )
)
_SIGNED = r"\s?[-+]?\s?[0-9][0-9.,']{0,300}\s?"
_NAMED_FONT = r"\\(?:text|math|operator|m)(?:name|rm|bf|it|sf|tt|normal|box)?\s?\{([^{}]{0,300})\}"
#: Each pattern and what replaces it, in order; all have bounded repeats.
_REPLACEMENTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]{1,9}", r"^\g<0>"),
        (r"\\(?:!|left|right|displaystyle|boldsymbol|bm|[bB]igg?[lr]?)(?![a-zA-Z])", ""),
        (r"\\[()\[\]]|\\\\(?![a-zA-Z])", " "),
        (r"\\(?:emph|underline)\s?\{([^{}]{0,300})\}", r" \1 "),
        (r"\\(?:[,;: ]|qquad|quad|thinspace|enspace|medspace)", " "),
        (r"\{([,.:])\}", r"\1"),
        (r"~", " "),
        (_NAMED_FONT, r" \1 "),
        (r"\\(?:cdot|times|ast)(?![a-zA-Z])", "*"),
        (r"\\div(?![a-zA-Z])", "/"),
        (r"\\(?:approx|simeq)(?![a-zA-Z])", "≈"),
        (r"\\(?:equiv)(?![a-zA-Z])", "="),
        (r"\\([%$#&_])", r"\1"),
        (rf"\\[dtc]?frac\s?\{{({_SIGNED})\}}\s?\{{({_SIGNED})\}}", r" \1/\2 "),
        (r"\\[dtc]?frac\s?([0-9])\s?([0-9])(?![0-9])", r" \1/\2 "),
        (r"\\[dtc]?frac\s?\{\s?([a-zA-Z]{1,12})\s?\}\s?\{\s?([a-zA-Z]{1,12})\s?\}", r" \1/\2 "),
        (
            r"(?<=[0-9)])_(?:\{\s{0,3}(?:base\s{1,3})?[0-9]{1,2}\s?\}|[0-9]{1,2}(?![0-9_]))",
            "",
        ),  # a base
        (r"\^\s?\{\s?\\circ\s?\}|\^\s?\\circ|\\degree", "°"),
        (r"\^\s?[{(]\s?([-+]?[0-9]{1,6})\s?[})]", r"^\1"),
        (r"(?<=[0-9])\*\*(?=[0-9])", "^"),
        (r"\*\*|`|(?<![0-9A-Za-z\\}])_{1,3}|_{1,3}(?![0-9A-Za-z{])", ""),
        (r"(?<![^\s(])\*(?=[^\s*])|(?<=[^\s*])\*(?![^\s.,;:!?)])", ""),
        (r"^[\s#>]{1,20}", ""),
        (r"\$([^$]{0,300})\$", r"\1"),
        (r"\s{1,300}", " "),
    )
)


def plain(line: str) -> str:
    r"""Return a line of an answer as plain text.

    What cannot be undone, such as ``\sqrt{2}``, is left as it stands.

    Args:
        line: The line; what lies beyond :data:`LINE_CHARACTERS` is dropped.
    """
    line = line[:LINE_CHARACTERS].translate(_CHARACTERS)
    for character, fraction in _VULGAR.items():
        line = line.replace(character, f" {fraction} ")
    for pattern, replacement in _REPLACEMENTS:
        line = pattern.sub(replacement, line)
    line = line.translate(_SUPERSCRIPTS).strip()
    return line if "{" in line else line.strip("} ")
