"""What `narthex dev` prints when it is ready: where things are, two tokens, three queries that work."""

from __future__ import annotations

import ipaddress
import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graphql import strip_ignored_characters

from gateway.cli.options import program
from gateway.database.setup import setup_connection
from gateway.database.urls import without_password
from gateway.development import DATABASE, PASSFILE
from gateway.embedded.folders import default_data_dir
from gateway.identity.claims import Identity
from gateway.identity.issue import issue_registered
from gateway.server import saved_operations
from narthex.principal import Kind, Level

if TYPE_CHECKING:
    from gateway.database.urls import DatabaseUrls
    from gateway.runtime import Runtime
    from narthex.settings import Settings

_QUERIES = 3


@dataclass(frozen=True, slots=True)
class DevTokens:
    admin: str
    agent: str


async def dev_tokens(settings: Settings, urls: DatabaseUrls) -> DevTokens:
    """Tokens of a person who may do everything and of an agent that reads."""
    environment, ttl_s = settings.environment.name, settings.auth.dev_token_ttl_s
    role = settings.auth.dev_agent_role
    admin = Identity("dev-admin", Kind.PERSON, ("admin",), environment, Level.WRITE)
    # Named by its role: a principal that is known is never given another one.
    agent = Identity(f"dev-{role}", Kind.AGENT, (role,), environment)
    async with setup_connection(urls.direct) as control:
        return DevTokens(
            admin=await issue_registered(control, settings, admin, ttl_s),
            agent=await issue_registered(control, settings, agent, ttl_s, owner="dev-admin"),
        )


def welcome(runtime: Runtime, address: tuple[object, ...], tokens: DevTokens, data_dir: Path | None) -> str:
    """The text. `data_dir` is the embedded server's; tokens are left out when others can reach the gateway."""
    host, base = str(address[0]), base_url(address)
    local = is_loopback(host)
    lines = ["", f"GraphiQL  {base}/graphiql{f'#token={tokens.admin}' if local else ''}", f"GraphQL   {base}/graphql"]
    if data_dir is not None:
        lines.append(f"psql      {_psql(runtime.urls.control, data_dir)}")
    if not local:
        lines += ["", f"Others can reach {host}, so no tokens are printed. Make one:"]
        lines.append(_token_command(runtime, data_dir))
        return "\n".join([*lines, ""])
    hours = runtime.settings.auth.dev_token_ttl_s / 3600
    lines += ["", f"Admin token (role admin, level WRITE, {hours:g} h):", tokens.admin]
    lines += ["", f"Agent token (role {runtime.settings.auth.dev_agent_role}, level READ, {hours:g} h):", tokens.agent]
    lines += _queries(runtime.project, base, tokens.agent)
    return "\n".join([*lines, ""])


def base_url(address: tuple[object, ...]) -> str:
    """The gateway's URL by the address that its socket is bound to."""
    host = str(address[0])
    return f"http://[{host}]:{address[1]}" if ":" in host else f"http://{host}:{address[1]}"


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _token_command(runtime: Runtime, data_dir: Path | None) -> str:
    words = [program(), "token", "--project", shlex.quote(str(runtime.project))]
    if data_dir is not None and data_dir != default_data_dir(runtime.project):
        words += ["--data-dir", shlex.quote(str(data_dir))]
    return " ".join([*words, "--kind agent --role", runtime.settings.auth.dev_agent_role])


def _queries(project: Path, base: str, token: str) -> list[str]:
    operations = saved_operations(project)[:_QUERIES]
    if not operations:
        return []
    lines = ["", "Queries to paste into GraphiQL, or their curl lines into a terminal after this one:"]
    lines.append(f"TOKEN={token}")
    for operation in operations:
        body = json.dumps({"query": strip_ignored_characters(operation.text)}, ensure_ascii=False)
        headers = '-H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json"'
        lines += ["", operation.text.strip(), "", f"curl -s {base}/graphql {headers} -d {shlex.quote(body)}"]
    return lines


def _psql(url: str, data_dir: Path) -> str:
    server = without_password(url).rpartition("@")[2]
    host, _, port = server.partition("/")[0].partition(":")
    return f"PGPASSFILE={shlex.quote(str(data_dir / PASSFILE))} psql -h {host} -p {port} -U postgres {DATABASE}"
