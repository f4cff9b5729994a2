"""What must never be published: the values of settings that are keys, tokens or passwords.

Keys that follow the rules never reach a result (`api_key_env` is the name of a variable), but
an engine takes its own by flag or environment, and its log may repeat it. What is known to be
secret is masked wherever text holds it, and a release that still holds it is refused.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from bakeoff.config.models import Config
from bakeoff.errors import HarnessError

MASK = "(secret)"
#: Names of variables whose values are secret.
_VARIABLE = re.compile(r"KEY|TOKEN(?!S|IZER)|SECRET|PASSWORD|PASSWD|CREDENTIAL", re.IGNORECASE)
#: Words of flags whose values are; `max-num-batched-tokens` is none.
_WORDS = frozenset({"key", "keys", "apikey", "token", "secret", "password", "passwd"})
_LOGIN_IN_URL = re.compile(r"(?<=://)[^/\s@:]+:[^/\s@]+(?=@)")
#: Shorter values, and numbers, are masked in settings, but cannot be looked for in text: what else
#: holds them would be lost.
_SHORTEST = 8
_NUMBER = re.compile(r"[-+]?[\d_.]+")
#: Files that are masked as text; the others hold tables.
_TABLES = {".duckdb", ".parquet"}


def is_secret(name: str, *, variable: bool) -> bool:
    """Say whether a setting of this name holds a secret.

    Args:
        name: Name of an environment variable or of an engine's flag.
        variable: Whether it is a variable.
    """
    if variable:
        return bool(_VARIABLE.search(name))
    return bool(_WORDS & set(re.split(r"[-_.]", name.lower())))


def masked_config(config: Config) -> dict[str, Any]:
    """Return the configuration with every secret value replaced by :data:`MASK`."""
    shown: dict[str, Any] = config.model_dump(mode="json")
    for candidate in shown["candidates"]:
        candidate["env"] = _masked(candidate["env"], variable=True)
        candidate["args"] = _masked(candidate["args"], variable=False)
        if candidate["url"]:
            candidate["url"] = _LOGIN_IN_URL.sub(MASK, candidate["url"])
    return shown


def _masked(settings: Mapping[str, Any], *, variable: bool) -> dict[str, Any]:
    return {
        name: MASK if is_secret(name, variable=variable) else value
        for name, value in settings.items()
    }


def secret_values(config: Config, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the secrets that are known, each with the setting that holds it.

    Args:
        config: The configuration; its variables, flags and URLs are read.
        environment: Where the keys that `api_key_env` names are.
    """
    found: dict[str, str] = {}
    for candidate in config.candidates:
        settings: list[tuple[str, str, object, bool]]
        settings = [(f"env.{k}", k, v, True) for k, v in candidate.env.items()]
        settings += [(f"args.{k}", k, v, False) for k, v in candidate.args.items()]
        for place, name, value, variable in settings:
            if is_secret(name, variable=variable):
                found |= dict.fromkeys(_texts(value), f"{candidate.id}: {place}")
        if candidate.api_key_env and (key := environment.get(candidate.api_key_env)):
            found[key] = f"the environment variable {candidate.api_key_env}"
        found |= dict.fromkeys(_LOGIN_IN_URL.findall(candidate.url or ""), f"{candidate.id}: url")
    return {
        value: place
        for value, place in found.items()
        if len(value) >= _SHORTEST and not _NUMBER.fullmatch(value)
    }


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    else:
        yield str(value)


def scrub(folder: Path, secrets: Mapping[str, str]) -> None:
    """Mask the secrets in every text file and every text column of a database in a folder.

    Raises:
        HarnessError: If a table that cannot be changed holds one.
    """
    if not secrets:
        return
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        if path.suffix == ".duckdb":
            _scrub_database(path, secrets)
        elif path.suffix not in _TABLES:
            _scrub_text(path, secrets)
    if left := list(_left(folder, secrets)):
        raise HarnessError(
            "a release would hold secrets; nothing was published:\n"
            + "\n".join(f"  {path} holds the value of {place}" for path, place in left)
            + "\nmeasure again without it: give keys by `api_key_env`"
        )


def _scrub_text(path: Path, secrets: Mapping[str, str]) -> None:
    content = path.read_bytes()
    clean = content
    for secret in sorted(secrets, key=len, reverse=True):
        clean = clean.replace(secret.encode(), MASK.encode())
    if clean != content:
        path.write_bytes(clean)


def _scrub_database(path: Path, secrets: Mapping[str, str]) -> None:
    """Mask secrets in a copy made anew: an update alone would leave the old pages in the file."""
    with duckdb.connect(str(path), read_only=True) as connection:
        if not _in_relations(connection, _tables(connection), secrets):
            return
    clean = path.with_suffix(".clean")
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH {_quoted(path)} AS held")
        for table, column in _text_columns(connection, "held"):
            for secret in secrets:
                connection.execute(
                    f'UPDATE held."{table}" SET "{column}" = replace("{column}", ?, ?) '  # noqa: S608 -- names from the catalogue
                    f'WHERE contains("{column}", ?)',
                    [secret, MASK, secret],
                )
        connection.execute(f"ATTACH {_quoted(clean)} AS clean")
        connection.execute("COPY FROM DATABASE held TO clean")
    clean.replace(path)


def _left(folder: Path, secrets: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """Yield what still holds a secret: file, and the setting that it is the value of."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".parquet":
            with duckdb.connect() as connection:
                connection.execute(f"CREATE VIEW held AS FROM read_parquet({_quoted(path)})")
                found = _in_relations(connection, ["held"], secrets)
        elif path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as connection:
                found = _in_relations(connection, _tables(connection), secrets)
        elif path.is_file():
            content = path.read_bytes()
            found = [secret for secret in secrets if secret.encode() in content]
        else:
            found = []
        for secret in found:
            yield path.relative_to(folder), secrets[secret]


def _quoted(path: Path) -> str:
    """Return a path as an SQL literal, where none can be a parameter."""
    return "'" + str(path).replace("'", "''") + "'"


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal")
    return [name for (name,) in found.fetchall()]


def _text_columns(
    connection: duckdb.DuckDBPyConnection, database: str
) -> Iterable[tuple[str, str]]:
    return connection.execute(
        "SELECT c.table_name, c.column_name FROM duckdb_columns() c JOIN duckdb_tables() t "
        "USING (database_name, table_name) WHERE database_name = ? AND data_type = 'VARCHAR'",
        [database],
    ).fetchall()


def _in_relations(
    connection: duckdb.DuckDBPyConnection, names: Iterable[str], secrets: Mapping[str, str]
) -> list[str]:
    """Return the secrets that a text column of some tables or views holds."""
    found = []
    for name in names:
        described = connection.execute(f'DESCRIBE "{name}"').fetchall()
        texts = [column for column, kind, *_ in described if kind == "VARCHAR"]
        for secret in secrets if texts else ():
            held = " OR ".join(f'contains("{column}", $1)' for column in texts)
            query = f'SELECT 1 FROM "{name}" WHERE {held} LIMIT 1'  # noqa: S608 -- names from the catalogue
            if connection.execute(query, [secret]).fetchone():
                found.append(secret)
    return list(dict.fromkeys(found))
