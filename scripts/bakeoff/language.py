"""The language that the report speaks, through one catalogue of messages.

Code writes English messages with named places: ``phrase("{n} requests", n=5)``. The catalogue
(gettext PO files in ``reports/locale/<language>/``) holds their translations; a message that it
does not hold stays English, and a test finds it. Texts that are made before the report (a figure's
note, the label of a metric) are looked up as they are, by :func:`retold`.
"""

from __future__ import annotations

import gettext
import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bakeoff.errors import HarnessError
from bakeoff.paths import ROOT
from bakeoff.retelling import Retelling

#: Environment variable that tells the report's cells which language to speak.
LANGUAGE_VARIABLE = "BAKEOFF_LANGUAGE"
#: Where the catalogues are: a folder for each language, of PO files that are read as one.
LOCALE = ROOT / "reports" / "locale"
SOURCE_LANGUAGE = "en"
#: The source language writes lists and dates as here: ``a, b and c``, ``3 November 2026``.
_SOURCE_LOCALE = "en_GB"

#: Files of sentences that only the report makes: no text of a database is held against those.
_ONLY_THE_REPORT = frozenset({"decision", "load", "qmd", "quality"})

_HAN, _LATIN = r"[\u4e00-\u9fff]", r"[0-9A-Za-z]"
_MEETING = re.compile(rf"(?<={_HAN})(?={_LATIN})|(?<={_LATIN})(?={_HAN})")

_chosen: ContextVar[str] = ContextVar("language", default="")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language in here; afterwards the one that was spoken before.

    Raises:
        HarnessError: If there is no catalogue of it.
    """
    translations(language)
    before = _chosen.set(language)
    try:
        yield
    finally:
        _chosen.reset(before)


def current() -> str:
    """Return the language that is spoken: the chosen one, else that of the environment."""
    return _chosen.get() or os.environ.get(LANGUAGE_VARIABLE, SOURCE_LANGUAGE)


def locale() -> Locale:
    """Return how the language that is spoken writes lists and dates."""
    spoken = current()
    return Locale.parse(_SOURCE_LOCALE if spoken == SOURCE_LANGUAGE else spoken)


def languages() -> tuple[str, ...]:
    """Return the languages that the report can speak."""
    folders = (path.name for path in LOCALE.iterdir() if path.is_dir()) if LOCALE.is_dir() else ()
    return (SOURCE_LANGUAGE, *sorted(folders))


def phrase(message: str, **values: object) -> str:
    """Return a message in the chosen language, its places filled.

    Args:
        message: English text; a place is ``{name}``. A literal, so that it can be extracted, or
            a constant that is :func:`marked`.
        values: What goes into the places, already in words.
    """
    # What gettext knows under the empty message is the catalogue's header.
    translated = translations(current()).gettext(message) if message else message
    return spaced(translated.format(**values)) if values else translated


def phrases(one: str, many: str, n: int, *, shown: str | None = None, **values: object) -> str:
    """Return the message for a number of things, ``{n}`` filled with the number.

    Args:
        one: English text for one thing.
        many: English text for any other number.
        n: The number.
        shown: What stands for the number; None for the number with separators of thousands.
        values: What goes into further places.
    """
    translated = translations(current()).ngettext(one, many, n)
    return spaced(translated.format(n=f"{n:,}" if shown is None else shown, **values))


def spaced(text: str) -> str:
    """Return a text with a space wherever Chinese meets a Latin letter or a digit.

    A message cannot hold these spaces itself: what fills its places may begin with either.
    """
    return text if current() == SOURCE_LANGUAGE else _MEETING.sub(" ", text)


def retold(text: str) -> str:
    """Return a text that was made before the report in the chosen language.

    Args:
        text: As it stands in the database or in a declaration: a metric's label or formula, the
            note of a figure or an audit, with its numbers filled in.
    """
    language = current()
    if language == SOURCE_LANGUAGE:
        return text
    told = retelling(language).retold(text)
    # What nobody could retell is in somebody else's words, and stays as it is.
    return text if told == text else spaced(told)


@cache
def retelling(language: str) -> Retelling:
    """Return what retells texts in a language.

    Raises:
        HarnessError: If there is no catalogue of it.
    """
    messages: dict[str, str] = {}
    for path in _files(language, LOCALE):
        for each in _read(path, language):
            ids = (each.id,) if isinstance(each.id, str) else tuple(each.id)
            # A message in the plural has one translation where the language has one form.
            translation = told(each)[-1] if each.id else ""
            for message in ids:
                sentence = path.stem in _ONLY_THE_REPORT and "{" in message
                if message and translation and not sentence:
                    messages[message] = translation
    return Retelling(messages)


def marked(message: str) -> str:
    """Return the message as it is; marks a constant for extraction that is translated later."""
    return message


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return the translations of a language; those of English change nothing.

    Raises:
        HarnessError: If there is no catalogue of it, or it cannot be read.
    """
    if language == SOURCE_LANGUAGE:
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def catalogue(language: str, folder: Path = LOCALE) -> Catalog:
    """Return all messages of a language.

    Args:
        language: Its code, as ``zh``.
        folder: Where the folders of the languages are.

    Raises:
        HarnessError: If there is none, a file cannot be read, or two files translate one message
            differently.
    """
    whole = Catalog(locale=language)
    for path in _files(language, folder):
        for message in _read(path, language):
            if not message.id:
                continue
            known = whole.get(message.id)
            if known is not None and told(known) != told(message):
                raise HarnessError(
                    f"{path}:{message.lineno}: {message.id!r} is translated as "
                    f"{told(message)}, elsewhere as {told(known)}; allowed is one translation"
                )
            if known is None or message.pluralizable:
                whole[message.id] = message
    return whole


def _files(language: str, folder: Path) -> list[Path]:
    paths = sorted((folder / language).glob("*.po"))
    if not paths:
        raise HarnessError(
            f"no catalogue of language {language!r} in {folder}; "
            f"allowed are {', '.join(languages())}"
        )
    return paths


def _read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def told(message: Message) -> tuple[str, ...]:
    """Return the translations of a message, one for each of its forms."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
