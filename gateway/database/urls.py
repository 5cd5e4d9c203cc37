"""How each role reaches the database. Refuses settings that name too few of the URLs."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit, urlunsplit

from gateway.database.roles import CONTROL, DATA, MIGRATOR, RolePasswords
from narthex.errors import ProjectError
from narthex.settings import Settings


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """One URL a role, each with its password and so kept out of every repr. `direct` is control's, past any pooler."""

    data: str = field(repr=False)
    control: str = field(repr=False)
    migrator: str = field(repr=False)
    direct: str = field(repr=False)

    @classmethod
    def with_passwords(cls, admin_url: str, passwords: RolePasswords) -> DatabaseUrls:
        """The three roles on the server and database of `admin_url`."""
        control = as_role(admin_url, CONTROL, passwords.control)
        return cls(
            data=as_role(admin_url, DATA, passwords.data),
            control=control,
            migrator=as_role(admin_url, MIGRATOR, passwords.migrator),
            direct=control,
        )


def urls_of(settings: Settings) -> DatabaseUrls:
    """The URLs that the settings give, all of them."""
    given = settings.database
    secrets = {"url": given.url, "control_url": given.control_url, "migrator_url": given.migrator_url}
    missing = [f"[database] {name}" for name, secret in secrets.items() if secret is None]
    if given.url is None or given.control_url is None or given.migrator_url is None:
        raise ProjectError(
            f"{' and '.join(missing)} missing: without an embedded Postgres each of the three database roles "
            "needs its URL. docs/operations.md says how to make the roles."
        )
    control = given.control_url.get_secret_value()
    return DatabaseUrls(
        data=given.url.get_secret_value(),
        control=control,
        migrator=given.migrator_url.get_secret_value(),
        direct=given.direct_url.get_secret_value() if given.direct_url else control,
    )


def as_role(url: str, user: str, password: str) -> str:
    """The same server and database with other credentials."""
    parts = urlsplit(url)
    server = parts.netloc.rpartition("@")[2]
    netloc = f"{quote(user, safe='')}:{quote(password, safe='')}@{server}"
    return urlunsplit(parts._replace(netloc=netloc))


def without_password(url: str) -> str:
    """The URL as it may be shown."""
    parts = urlsplit(url)
    credentials, at, server = parts.netloc.rpartition("@")
    user = credentials.partition(":")[0]
    query = "" if "password" in parts.query else parts.query
    return urlunsplit(parts._replace(netloc=f"{user}{at}{server}", query=query))
