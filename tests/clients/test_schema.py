"""A contract's schema as graphql-js and graphql-codegen read it."""

import pytest

from tests.clients.conftest import Client
from tests.running import SAMPLE, RunningGateway


@pytest.mark.parametrize(("role", "has", "has_not"), [("agent", "album", "customer"), ("support", "customer", "fax")])
def test_introspection_and_sdl_make_schemas(
    client: Client, running_gateway: RunningGateway, role: str, has: str, has_not: str
) -> None:
    read = client("schema.mjs", token=running_gateway.token(role=role))
    assert isinstance(read, dict)
    assert read["problems"] == []
    introspected, built = read["introspected"], read["built"]
    assert f"\ntype {has} {{" in introspected
    assert has_not not in introspected
    # The SDL defines the directives that the sample's policies use, with their types, and nothing else.
    definitions = set(built.split("\n\n")) - set(introspected.split("\n\n"))
    assert set(introspected.split("\n\n")) <= set(built.split("\n\n"))
    names = {text.split('"""\n')[-1].split("(")[0].split(" {")[0] for text in definitions}
    used = "auth deny rows preset mask limits rate_limit quota idempotent cost listSize audit risk"
    assert {name for name in names if name.startswith("directive ")} == {f"directive @{one}" for one in used.split()}
    assert {"enum PolicyAction", "enum PolicyMask", "enum PolicyUnit", "enum PolicyCounter"} <= names
    assert all(name.startswith(("directive @", "enum Policy", "scalar JSON")) for name in names), names


def test_code_is_generated_from_introspection(client: Client, running_gateway: RunningGateway) -> None:
    documents = [path.read_text(encoding="utf-8") for path in sorted((SAMPLE / "operations").glob("0[1-5]*.graphql"))]
    made = client("types.mjs", token=running_gateway.token(role="agent"), documents=documents)
    assert isinstance(made, dict)
    generated = made["generated"]
    assert "export type Album_Bool_Exp = {" in generated
    assert "export type Search_TracksQuery = " in generated
    assert "Customer" not in generated
