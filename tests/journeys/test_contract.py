"""A name that is closed and a name that never existed are answered byte for byte alike, wherever they stand."""

import json
import re
from collections.abc import Callable

import pytest

from tests.caller import Answer, Caller
from tests.journeys.sights import Probe, Sight, member_probes, members, neighbours, type_probes, without
from tests.running import RunningGateway

ROLES = ("agent", "support", "analyst")
CLOSED_TABLE = {"agent": "customer", "support": "employee_aggregate", "analyst": "employee"}
CLOSED_COLUMN = {"agent": "invoice.total", "support": "customer.fax", "analyst": "invoice.billing_city"}


@pytest.fixture(scope="session")
def sight(running_gateway: RunningGateway) -> Callable[[str], Sight]:
    """What a role sees; looked at once."""
    known: dict[str, Sight] = {}

    def look(role: str) -> Sight:
        if role not in known:
            known[role] = Sight(Caller(running_gateway.url, running_gateway.token(role=role)))
        return known[role]

    return look


@pytest.fixture(params=ROLES)
def own(request: pytest.FixtureRequest, sight: Callable[[str], Sight]) -> Sight:
    return sight(request.param)


@pytest.fixture
def everything(sight: Callable[[str], Sight]) -> Sight:
    return sight("admin")


def told(answer: Answer, name: str) -> tuple[object, ...]:
    """All that an answer tells, but the name that was asked for."""
    counted = {header: answer.headers.get(header) for header in ("content-type", "content-length", "cache-control")}
    return answer.status, counted, without(name, answer.text)


@pytest.fixture
def closed(everything: Sight, own: Sight) -> set[str]:
    """The names that would tell of what is closed in the database. Those of the dialect are everybody's words."""
    types = everything.schema.type_map
    tables = [name for name in types if f"{name}_bool_exp" in types]
    names = {name for name in types if any(name == table or name.startswith(f"{table}_") for table in tables)}
    names.update(*(members(types[table]) for table in tables))
    for root in (everything.schema.query_type, everything.schema.mutation_type):
        if root is not None:
            names |= {field for field in root.fields if any(table in field for table in tables)}
    return names - own.names


def assert_all_alike(own: Sight, everything: Sight, probes: list[Probe], closed: set[str]) -> None:
    compared = 0
    for probe in probes:
        never = own.never(probe, everything.names)
        if never is not None:
            assert_alike(own, probe, never, closed)
            compared += 1
    assert compared > 0.9 * len(probes)


def assert_alike(own: Sight, probe: Probe, never: str, closed: set[str]) -> None:
    is_closed, is_not = own.caller.ask(probe.document(probe.name)), own.caller.ask(probe.document(never))
    assert told(is_closed, probe.name) == told(is_not, never), probe
    assert is_closed.codes == {"GRAPHQL_VALIDATION_FAILED"}, probe
    # What graphql-core would say if the schema had nothing but what is open.
    assert [error["message"] for error in is_closed.errors] == own.messages(probe.document(probe.name)), probe
    assert not words(is_closed.text) & (closed - {probe.name}), probe


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def test_closed_types_are_answered_as_absent_ones(everything: Sight, own: Sight, closed: set[str]) -> None:
    probes = list(type_probes(everything, own))
    assert len({probe.kind for probe in probes}) == 4
    assert_all_alike(own, everything, probes, closed)


def test_closed_members_are_answered_as_absent_ones(everything: Sight, own: Sight, closed: set[str]) -> None:
    probes = list(member_probes(everything, own))
    assert {"field", "relationship", "aliased field", "input field"} <= {probe.kind for probe in probes}
    assert_all_alike(own, everything, probes, closed)


def test_closed_input_fields_and_values_in_variables_are_answered_as_absent_ones(everything: Sight, own: Sight) -> None:
    tried = 0
    for probe in member_probes(everything, own):
        type_name = probe.template.partition("$v: ")[2].partition(" ")[0]
        place = own.argument_of(type_name)
        if probe.kind not in ("input field", "enum value") or place is None:
            continue
        never = own.never(probe, everything.names)
        field, argument, type_ = place
        query = f"query q($v: {type_}) {{ {field}({argument}: $v) {{ __typename }} }}"
        is_closed, is_not = (
            own.caller.ask(query, {"v": name if probe.kind == "enum value" else {name: {}}})
            for name in (probe.name, never)
        )
        assert told(is_closed, probe.name) == told(is_not, never)
        assert is_closed.codes == {"BAD_USER_INPUT"}
        tried += 1
    assert tried >= 1


def test_looking_a_closed_type_up_finds_nothing(everything: Sight, own: Sight) -> None:
    closed = [name for name in everything.schema.type_map if name not in own.schema.type_map]
    for start in range(0, len(closed), 200):  # as many aliases as an operation may have
        fields = [f'a{at}: __type(name: "{name}") {{ name }}' for at, name in enumerate(closed[start : start + 200])]
        assert set(own.caller.ask(f"{{ {' '.join(fields)} }}").data.values()) == {None}


@pytest.mark.parametrize("role", ROLES)
def test_looking_a_closed_name_up_in_the_catalog_finds_nothing(sight: Callable[[str], Sight], role: str) -> None:
    own, everything = sight(role), sight("admin")
    query = "query q($at: String!) { catalog_entry(coordinate: $at) { coordinate } }"
    entity, _, column = CLOSED_COLUMN[role].partition(".")
    absent = next(name for name in neighbours(column) if name not in everything.names)
    places = ("{}", "Query.{}", "Query.{}(where:)", "{}.name", f"{entity}.{{}}", f"{entity}_bool_exp.{{}}")
    for place in places:
        for name in (column, absent, CLOSED_TABLE[role]):
            found = own.caller.ask(query, {"at": place.format(name)})
            assert found.data == {"catalog_entry": None}, (place, name)
    assert everything.caller.ask(query, {"at": CLOSED_COLUMN[role]}).data["catalog_entry"]


def test_explain_decides_on_closed_names_as_on_absent_ones(everything: Sight, own: Sight) -> None:
    query = (
        "query q($it: String!) { explain(operation: $it) "
        "{ allowed sql refusals { code coordinate hint } steps { coordinate policies { directive } } } }"
    )
    for probe in [*type_probes(everything, own)][:2] + [*member_probes(everything, own)][:8]:
        never = own.never(probe, everything.names)
        if never is None:
            continue
        is_closed, is_not = (own.caller.ask(query, {"it": probe.document(name)}) for name in (probe.name, never))
        assert told(is_closed, probe.name) == told(is_not, never)
        assert is_closed.data["explain"]["allowed"] is False


def test_no_text_of_the_gateway_says_a_closed_name(everything: Sight, own: Sight, closed: set[str]) -> None:
    assert len(closed) > 20
    caller = own.caller
    pages = {page: caller.get(page) for page in ("/schema.graphql", "/llms.txt", "/tools.json")}
    assert {answer.status for answer in pages.values()} == {200}
    texts = {page: answer.text for page, answer in pages.items()} | {"introspection": own.introspection.text}
    entries = "{ entries { coordinate kind card example } joins }"
    texts["all of the catalog"] = caller.ask(f"{{ catalog(first: 100) {entries} }}").text
    listed = json.loads(texts["all of the catalog"])["data"]["catalog"]["entries"]
    assert listed
    about = "{ coordinate card description example policies { directive source effect } }"
    fields = [f'e{at}: catalog_entry(coordinate: "{it["coordinate"]}") {about}' for at, it in enumerate(listed)]
    texts["entries"] = caller.ask(f"{{ {' '.join(fields)} }}").text
    for name in sorted(closed):
        # The search itself does not repeat what was searched for.
        texts[f"search for {name}"] = caller.ask(f'{{ catalog(search: "{name}", first: 20) {entries} }}').text
    for place, text in texts.items():
        assert words(text) & closed == set(), place


def test_searching_for_a_closed_name_finds_what_an_absent_one_finds(own: Sight, closed: set[str]) -> None:
    query = "query q($it: String!) { catalog(search: $it) { entries { coordinate card score } joins } }"
    # Forms of one word begin alike.
    known = {word[:5] for word in re.findall(r"[a-z]+", own.introspection.text.lower())}
    tried = 0
    for name in sorted(closed):
        parts = name.split("_")
        # Of a name only the words that nothing open has can be compared; all else is found, and should be.
        if all(part[:5] in known for part in parts):
            continue
        never = "_".join(part if part[:5] in known else next(neighbours(part)) for part in parts)
        found, not_found = (own.caller.ask(query, {"it": each}) for each in (name, never))
        assert found.text == not_found.text, name
        tried += 1
    assert tried >= 1
