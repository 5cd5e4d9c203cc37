"""The documents say what the code does: what can be listed is listed, and nothing else is.

Settings are held to `docs/operations.md` in tests/narthex/test_settings.py.
"""

from __future__ import annotations

import json
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from gateway.app import GRAPHQL_PATHS
from gateway.cli.app import app
from narthex.errors import CODES, Code
from policies.directives import ACCESS, DESCRIPTIVE, DIRECTIVES, SUPPORTED
from resolvers.selfinfo.schema import control_schema
from tests.running import RunningGateway

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
PACKAGES = ("gateway", "resolvers", "policies", "schema")


def text_of(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands below a heading, up to the next one of the same rank or a higher one."""
    rank = len(heading) - len(heading.lstrip("#"))
    _, found, rest = f"\n{text}".partition(f"\n{heading}\n")
    assert found, heading
    return re.split(rf"^#{{1,{rank}}} ", rest, maxsplit=1, flags=re.M)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of all tables, without their heads."""
    table = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in row] for row in table]
    heads = {number - 1 for number, row in enumerate(cells) if set(row[0]) <= {"-", ":"}}
    return [row for number, row in enumerate(cells) if number not in heads and number - 1 not in heads]


def code_table(heading: str) -> dict[str, tuple[int, str]]:
    found = rows(section(text_of("errors.md"), heading))
    return {code.strip("`"): (int(status), retry) for code, status, retry, _ in found}


def given_codes() -> set[str]:
    """The codes that some refusal in the sources has."""
    sources = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    # The respond stage knows statuses of codes that nothing gives yet.
    texts = [path.read_text(encoding="utf-8") for path in sources if path.name != "respond.py"]
    return {name for text in texts for name in re.findall(r"\bCode\.([A-Z_]+)", text)}


def test_every_error_code_is_documented_as_it_is() -> None:
    given, later = code_table("## Codes of this version"), code_table("## Codes of later versions")
    expected = {code.value: (info.status, info.retry.value) for code, info in CODES.items()}
    assert set(expected) == set(Code)
    assert given | later == expected
    assert set(given) == given_codes()


def test_every_directive_is_documented() -> None:
    text = text_of("policies.md")
    for name in SUPPORTED:
        assert re.search(rf"^## .*`@{name}`", text, re.M), name
        for argument in DIRECTIVES[name].args:
            assert re.search(rf"`{argument}:|[(, ]{argument}[,:) ]", text), f"@{name}({argument})"


def test_directives_that_are_refused_are_limitations() -> None:
    text = section(text_of("limitations.md"), "## Not there yet")
    named = set(re.findall(r"`@(\w+)`", text))
    assert set(DIRECTIVES) - SUPPORTED <= named
    assert not named & (ACCESS | DESCRIPTIVE)


def commands() -> Iterator[tuple[str, set[str]]]:
    """Every command with its options."""
    waiting = [("narthex", typer.main.get_command(app))]
    while waiting:
        name, command = waiting.pop()
        if isinstance(command, typer.core.TyperGroup):
            waiting += [(f"{name} {word}", inner) for word, inner in command.commands.items()]
        else:
            yield name, {word for option in command.params for word in option.opts if word.startswith("--")}


def test_every_command_and_option_is_documented() -> None:
    found = rows(section(text_of("operations.md"), "## Commands"))
    documented = {name.strip("`"): set(re.findall(r"`(--[\w-]+)`", options)) for name, _, options in found}
    assert documented == dict(commands())


def test_every_target_of_make_exists() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.M)) - {"LOCK"}
    named = {word for path in DOCUMENTS for word in re.findall(r"`make (\w+)`", path.read_text())}
    assert named <= targets
    assert targets <= set(re.findall(r"`make (\w+)`", text_of("operations.md")))


def fetch(gateway: RunningGateway, path: str, body: object = None) -> str:
    """The text of a page, or the answer to a body; anything but 200 is an error."""
    headers = {"Authorization": f"Bearer {gateway.token(role='agent')}", "Content-Type": "application/json"}
    data = json.dumps(body).encode() if body is not None else None
    with urllib.request.urlopen(urllib.request.Request(gateway.url + path, data, headers), timeout=30) as answer:
        assert answer.status == 200, path
        return str(answer.read().decode())


def test_every_metric_is_documented(running_gateway: RunningGateway) -> None:
    fetch(running_gateway, "/graphql", {"query": "{ me { subject } }"})
    exposed = re.findall(r"^# TYPE (narthex_\w+)", fetch(running_gateway, "/metrics"), re.M)
    documented = [name.strip("`") for name, _ in rows(section(text_of("operations.md"), "## Metrics"))]
    assert sorted(documented) == sorted(exposed)


def test_every_endpoint_is_documented_and_answers(running_gateway: RunningGateway) -> None:
    found = rows(section(text_of("agents.md"), "## Endpoints"))
    paths = {path for cell, _ in found for path in re.findall(r"`(/[^`]*)`", cell)}
    assert paths >= GRAPHQL_PATHS
    for path in paths:
        fetch(running_gateway, f"{path}?query=%7Bme%7Bsubject%7D%7D" if path in GRAPHQL_PATHS else path)
    sources = "".join(path.read_text() for path in (ROOT / "gateway").rglob("*.py"))
    routes = {path for path in re.findall(r'Route\("(/[^"{]*)"', sources) if not path.startswith("/graphiql/")}
    assert routes <= paths


def test_every_request_header_is_documented() -> None:
    source = (ROOT / "gateway" / "envelope.py").read_text()
    known = dict(re.findall(r'^    "(\w+)": "([a-z-]+)",$', source, re.M))
    assert "role" in known
    found = rows(section(text_of("agents.md"), "## What a request may say"))
    documented = {name.strip("`"): header.strip("`") for header, name, _ in found if name}
    assert documented == known


def test_every_field_of_the_gateway_is_documented_with_its_arguments() -> None:
    found = rows(section(text_of("agents.md"), "## The gateway's own fields"))
    documented = {}
    for cell, _ in found:
        match = re.fullmatch(r"`(\w+)(?:\(([\w, ]+)\))?`", cell)
        assert match is not None, cell
        documented[match[1]] = match[2].split(", ") if match[2] else []
    control = control_schema()._schema
    roots = (control.query_type, control.mutation_type)
    assert documented == {name: list(field.args) for root in roots if root for name, field in root.fields.items()}


def test_every_operator_is_documented() -> None:
    source = (ROOT / "schema" / "comparisons.py").read_text()
    known = set(re.findall(r'^    "(_\w+)": \(', source, re.M)) | {"_cast"}
    assert "_eq" in known
    found = rows(section(text_of("data.md"), "### Operators"))
    assert {name for cell, _, _ in found for name in re.findall(r"`(_\w+)`", cell)} == known


def test_every_kind_of_attack_is_in_the_threat_model() -> None:
    text = section(text_of("security.md"), "## Threats")
    named = set(re.findall(r"`([\w/]+\.py)`", text))
    for name in named:
        assert (ROOT / name if "/" in name else ROOT / "tests" / "attacks" / name).is_file(), name
    assert {path.name for path in (ROOT / "tests" / "attacks").glob("test_*.py")} <= named


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if target.startswith("http"):
            continue
        name, _, anchor = target.partition("#")
        found = (path.parent / name) if name else path
        assert found.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), re.M)
            assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}, target


def test_the_code_map_names_files_that_exist() -> None:
    packages = "narthex|gateway|schema|policies|resolvers|bench"
    for name in re.findall(rf"`((?:{packages})/[\w/{{}},.]+)`", text_of("architecture.md")):
        alternatives = re.search(r"\{([^}]+)\}", name)
        names = [name.replace(alternatives[0], each) for each in alternatives[1].split(",")] if alternatives else [name]
        for each in names:
            assert (ROOT / each).exists(), each


def tour() -> list[tuple[str, str]]:
    """The shell blocks of the README's tour that ask the gateway, each with the answer that stands below it."""
    text = section((ROOT / "README.md").read_text(encoding="utf-8"), "## A tour in two minutes")
    return re.findall(r"```\n(TOKEN.*?|SUPPORT.*?)\n```\n```json\n(.*?)\n```", text, re.S)


def test_the_tour_answers_what_it_says(running_gateway: RunningGateway) -> None:
    steps = tour()
    assert len(steps) == 2
    for script, answer in steps:
        role, options = ("agent", ()) if script.startswith("TOKEN") else ("support", ("--claim", "employee_id=3"))
        assert " ".join((f"--role {role}", *options)) + ")" in script.splitlines()[0]
        first, _, rest = script.partition("\n")
        line = f"{first.partition('=')[0]}={running_gateway.token(*options, role=role)}"
        shell = f"{line}\n{rest}".replace("http://127.0.0.1:7130", running_gateway.url)
        done = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, text=True, timeout=60, check=True)
        assert done.stdout == answer


def test_the_tours_queries_run(running_gateway: RunningGateway) -> None:
    text = section((ROOT / "README.md").read_text(encoding="utf-8"), "## A tour in two minutes")
    queries = [block for block in re.findall(r"```graphql\n(.*?)```", text, re.S) if block.startswith("{")]
    assert len(queries) == 2
    for query in queries:
        assert "errors" not in json.loads(fetch(running_gateway, "/graphql", {"query": query})), query
