"""A project's settings: `narthex.toml`, overridden by environment variables (`NARTHEX_SERVER__PORT`).

Refuses unknown keys, wrong types and unreadable secrets, naming the place and the likely intention.
Secrets are references, resolved here and masked wherever settings are printed.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from narthex.errors import ProjectError

FILE_NAME = "narthex.toml"
PREFIX = "NARTHEX_"
DELIMITER = "__"

_LONGEST_NAME = 63

_NOT_YET = "'vault:' references are not supported yet; use 'env:NAME' or 'file:PATH'"


def _dereference(value: object) -> object:
    """The secret that `env:NAME` or `file:PATH` names; any other text is the secret itself."""
    if not isinstance(value, str):
        return value
    scheme, _, rest = value.partition(":")
    if scheme == "env":
        if rest not in os.environ:
            raise ValueError(f"the environment variable {rest!r} is not set")
        return os.environ[rest]
    if scheme == "file":
        try:
            return Path(rest).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            raise ValueError(f"the file {rest!r} cannot be read: {reason}") from None
    if scheme == "vault":
        raise ValueError(_NOT_YET)
    return value


def _postgres_url(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value().startswith(("postgresql://", "postgres://")):
        raise ValueError("it has to be a URL such as 'postgresql://user@host:5432/database'")
    return secret


def _rate_store(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if text not in ("memory", "postgres") and not re.match(r"(redis|valkey)s?://", text):
        raise ValueError("it is 'memory', 'postgres', or a URL such as 'redis://host:6379/0'")
    return secret


def _servable(schemas: tuple[str, ...]) -> tuple[str, ...]:
    for schema in schemas:
        if schema in ("narthex", "information_schema") or schema.startswith("pg_"):
            raise ValueError(f"the schema {schema!r} cannot be served")
        if "," in schema or len(schema.encode()) > _LONGEST_NAME:
            raise ValueError(f"{schema!r} is no name of a schema")
    return schemas


def _split(value: object) -> object:
    """`a, b` as an environment variable says it; JSON is understood too."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        return json.loads(value)
    return [part.strip() for part in value.split(",") if part.strip()]


def _present(value: object) -> object:
    """An empty text is no value, so that an environment variable can take one away."""
    return None if value == "" else value


Word = Annotated[str, Field(min_length=1)]
Secret = Annotated[SecretStr, BeforeValidator(_dereference)]
DatabaseUrl = Annotated[Annotated[Secret, AfterValidator(_postgres_url)] | None, BeforeValidator(_present)]
RateStore = Annotated[Annotated[Secret, AfterValidator(_rate_store)] | None, BeforeValidator(_present)]
Names = Annotated[tuple[Word, ...], BeforeValidator(_split), NoDecode]
Bound = Annotated[int, Field(ge=1)]
Count = Annotated[int, Field(ge=0)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Server(_Section):
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 7130
    workers: Bound = 1
    body_limit: Bound = 1_048_576
    allowed_hosts: Names = ()
    allowed_origins: Names = ()


class Environment(_Section):
    name: Literal["sandbox", "preprod", "production"] = "sandbox"


class Database(_Section):
    url: DatabaseUrl = None
    control_url: DatabaseUrl = None
    migrator_url: DatabaseUrl = None
    direct_url: DatabaseUrl = None
    schemas: Annotated[Names, Field(min_length=1), AfterValidator(_servable)] = ("public",)
    pool: Bound = 10
    control_pool: Bound = 4


class Auth(_Section):
    issuer: Word = "narthex"
    audience: Word = "narthex"
    token_ttl_s: Bound = 900
    dev_token_ttl_s: Bound = 43_200
    dev_agent_role: Word = "agent"
    clock_skew_s: Annotated[int, Field(ge=0, le=300)] = 5
    key_overlap_s: Bound = 86_400
    verified_tokens: Bound = 10_000


class Limits(_Section):
    tokens: Bound = 10_000
    depth: Bound = 20
    aliases: Bound = 200
    root_fields: Bound = 200
    max_rows: Bound = 10_000
    default_rows: Count = 100
    statement_timeout_s: Annotated[float, Field(gt=0)] = 30.0
    cost: Annotated[float, Field(gt=0)] = 10_000
    store: RateStore = None


class Audit(_Section):
    reads: Literal["grouped", "strict"] = "grouped"


class Compat(_Section):
    hasura: bool = False


class Cache(_Section):
    documents: Bound = 2_000
    plans: Bound = 5_000
    contracts: Bound = 200
    statements: Bound = 500


class Settings(BaseSettings):
    """All sections. Frozen: what may change while the gateway runs is loaded anew as a whole."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        env_prefix=PREFIX,
        env_nested_delimiter=DELIMITER,
    )

    server: Server = Server()
    environment: Environment = Environment()
    database: Database = Database()
    auth: Auth = Auth()
    limits: Limits = Limits()
    audit: Audit = Audit()
    compat: Compat = Compat()
    cache: Cache = Cache()

    @property
    def default_rows(self) -> int:
        """What a list without `limit` gives; 0 is everything."""
        return 0 if self.compat.hasura else self.limits.default_rows

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings


def load_settings(project: Path) -> Settings:
    """The settings of the project in `project`; a project without `narthex.toml` has the defaults."""
    if not project.is_dir():
        raise ProjectError(f"There is no project folder {project}. 'narthex init {project}' makes one.")
    path = project / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        written = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{path} cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ProjectError(f"{path}: {error}") from None
    mistakes = [*_unknown(written, path, text), *_unknown_variables()]
    if mistakes:
        raise ProjectError("\n".join(mistakes))
    try:
        return Settings(**_anchored(written, project))
    except ValidationError as error:
        raise ProjectError("\n".join(_described(error, path, text))) from None
    except SettingsError as error:
        raise ProjectError(
            f"Environment variables: {error}. Sections are set key by key: {PREFIX}SERVER__PORT."
        ) from None


def known_settings() -> Iterator[tuple[str, str, object]]:
    """Every section, key and default; what the documentation is held against."""
    for section, field in Settings.model_fields.items():
        for key in type(field.default).model_fields:
            yield section, key, getattr(field.default, key)


def _place_of(path: Path, text: str, section: str, key: str | None = None) -> str:
    """`narthex.toml:12`, as well as it can be told: TOML's parser keeps no positions."""
    header = re.compile(r"^\s*\[+\s*([\w.\"-]+)\s*\]+")
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        found = header.match(line)
        if found:
            current = found[1].strip('"')
            if current == section and key is None:
                return f"{path}:{number}"
        elif key is not None and re.match(rf'^\s*"?({re.escape(key)}|{section}\.{re.escape(key)})"?\s*=', line):
            if current == section or line.lstrip().startswith(f"{section}."):
                return f"{path}:{number}"
        elif not current and re.match(rf'^\s*"?{re.escape(section)}"?\s*[=.]', line):
            return f"{path}:{number}"
    return str(path)


def _unknown(written: Mapping[str, Any], path: Path, text: str) -> Iterator[str]:
    """The sections and keys of the file that do not exist."""
    for section, content in written.items():
        if section not in Settings.model_fields:
            yield (
                f"{_place_of(path, text, section)}: there is no section [{section}]"
                f"{_suggestion(section, list(Settings.model_fields))}"
            )
        elif not isinstance(content, dict):
            yield f"{_place_of(path, text, section)}: {section} is a section: write [{section}]."
        else:
            for key in content:
                if key not in _keys(section):
                    yield f"{_place_of(path, text, section, key)}: {_unknown_key(section, key)}"


def _unknown_variables() -> Iterator[str]:
    """Environment variables that look like overrides and are none."""
    for name, section, key in _variables():
        if section not in Settings.model_fields:
            yield (
                f"Environment variable {name}: there is no section [{section}]"
                f"{_suggestion(section, list(Settings.model_fields))}"
            )
        elif key not in _keys(section):
            yield f"Environment variable {name}: {_unknown_key(section, key)}"


def _unknown_key(section: str, key: str) -> str:
    elsewhere = [other for other in Settings.model_fields if key in _keys(other)]
    if elsewhere:
        return f"[{section}] has no {key!r}; did you mean [{elsewhere[0]}] {key}?"
    return f"[{section}] has no {key!r}{_suggestion(key, _keys(section))}"


def _suggestion(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; it knows {', '.join(known)}."


def _keys(section: str) -> list[str]:
    return list(type(Settings.model_fields[section].default).model_fields)


def _anchored(written: Mapping[str, Any], project: Path) -> dict[str, Any]:
    """`file:` references of the file are relative to the project; those of the environment to where one stands."""

    def anchor(value: object) -> object:
        if isinstance(value, str) and value.startswith("file:"):
            return f"file:{project / value.removeprefix('file:')}"
        return value

    return {section: {key: anchor(value) for key, value in content.items()} for section, content in written.items()}


def _described(error: ValidationError, path: Path, text: str) -> Iterator[str]:
    """One line a mistake. The value itself is left out: it may be a secret."""
    overrides = {(section, key): name for name, section, key in _variables()}
    for mistake in error.errors(include_url=False, include_context=False, include_input=False):
        section, key = str(mistake["loc"][0]), str(mistake["loc"][1]) if len(mistake["loc"]) > 1 else ""
        variable = overrides.get((section, key))
        place = f"Environment variable {variable}" if variable else _place_of(path, text, section, key)
        message = mistake["msg"].removeprefix("Value error, ")
        yield f"{place}: [{section}] {key}: {message[0].lower()}{message[1:]}"


def _variables() -> Iterator[tuple[str, str, str]]:
    """The environment variables that set a key, with its section and the key; those without `__` are the CLI's own."""
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and DELIMITER in name:
            section, _, key = name[len(PREFIX) :].lower().partition(DELIMITER)
            yield name, section, key
