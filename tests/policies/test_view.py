"""What policies say is what the schema shows: the contract in force against its view."""

from __future__ import annotations

import pytest
from graphql import is_input_object_type, is_object_type

from policies.targets import Targets
from schema.build import build_schema
from schema.model import Model
from schema.visibility import View, view
from tests.policies.store import contract, grants
from tests.policies.test_guards import MODEL
from tests.schema.samples import CONTROL
from tests.schema.samples import MODEL as MUSIC

_OPEN = 'task @auth(roles: ["clerk"])\nQuery.me @auth(roles: ["clerk"])\n'


def seen(text: str = "", model: Model = MODEL) -> View:
    return view(build_schema(CONTROL, model), contract(_OPEN + text, grants("clerk"), model))


def fields(of: View, name: str) -> dict[str, str]:
    type_ = of.get_type(name)
    assert is_object_type(type_) or is_input_object_type(type_)
    return {field: str(it.type) for field, it in type_.fields.items()}


def test_a_masked_column_is_nullable_and_nothing_else() -> None:
    assert fields(seen(), "task")["owner"] == "String!"
    masked = seen('task.owner @mask(with: NULL, roles: ["clerk"])')
    assert fields(masked, "task")["owner"] == "String"
    for name in ("task_bool_exp", "task_order_by", "task_max_fields"):
        assert "owner" in fields(seen(), name) and "owner" not in fields(masked, name)
    assert "owner" in fields(masked, "task_set_input")
    number = seen('task.size @mask(with: NULL, roles: ["clerk"])')
    assert "size" in fields(number, "task_set_input") and number.get_type("task_inc_input") is None


def test_a_preset_column_leaves_the_inputs() -> None:
    preset = seen('task @preset(set: {owner: "$claim.sub"}, on: [INSERT], roles: ["clerk"])')
    assert "owner" not in fields(preset, "task_insert_input") and "owner" in fields(preset, "task_set_input")
    assert "owner" in fields(preset, "task_bool_exp")


@pytest.mark.parametrize("model", [MODEL, MUSIC], ids=["task", "music"])
def test_policies_know_the_root_fields_of_the_schema(model: Model) -> None:
    schema, targets = build_schema(CONTROL, model), Targets(model, ())
    assert schema.query_type is not None and schema.mutation_type is not None
    served = {f"Query.{name}" for name in schema.query_type.fields if name not in schema.control_roots}
    served |= {f"Mutation.{name}" for name in schema.mutation_type.fields if name != "query"}
    known = {coordinate for coordinate in targets.data_roots if not coordinate.startswith("Subscription.")}
    assert served == known
