"""Names that tables and columns cannot have, because the schema itself uses them; and what a table's name brings along.

Only lists and the functions that expand them: `naming` decides what to do about a clash.
"""

from __future__ import annotations

from schema.catalog import Catalog
from schema.scalars import leaf_of, scalar_name

CONTROL_PLANE = frozenset({
    "me", "environment", "catalog", "catalog_entry", "explain", "model_routes", "model_chat", "model_embed",
    "model_chat_stream", "storage_buckets", "storage_objects", "storage_object", "storage_download_url",
    "storage_create_bucket", "storage_delete_bucket", "storage_put_object", "storage_copy_object",
    "storage_delete_objects", "storage_upload_url", "functions", "function_logs", "function_deploy",
    "function_invoke", "function_delete", "function_set_secret", "function_set_schedule", "function_log_stream",
    "auth_users", "auth_sessions", "auth_sign_up", "auth_sign_in", "auth_refresh", "auth_sign_out",
    "auth_issue_agent_token", "auth_delegate", "auth_revoke", "approvals", "approval", "approval_decide",
    "approval_cancel", "approval_changed", "usage", "budgets", "policies", "budget_set", "audit_records",
    "audit_record", "audit_session", "audit_verify", "audit_replay", "audit_tail", "schema_version", "schema_diff",
    "migrations", "migration_apply", "branch_create", "branch_reset", "branch_delete", "schema_changed",
})  # fmt: skip
"""Root fields of the control plane, of all three roots, served yet or not."""

DIALECT_TYPES = frozenset({
    "Query", "Mutation", "Subscription", "query_root", "mutation_root", "subscription_root", "order_by",
    "cursor_ordering", "Int", "Float", "String", "Boolean", "ID",
})  # fmt: skip

DEFAULT = CONTROL_PLANE | DIALECT_TYPES

COLUMNS = frozenset({"_and", "_or", "_not", "_exists", "true", "false", "null"})
"""Fields of every `_bool_exp` and row predicate, and what GraphQL forbids as a value of an enum."""

AGGREGATES = (
    "avg", "max", "min", "stddev", "stddev_pop", "stddev_samp", "sum", "var_pop", "var_samp", "variance",
)  # fmt: skip

_TYPE_SUFFIXES = (
    "_aggregate", "_aggregate_fields", "_aggregate_order_by", "_aggregate_bool_exp", "_aggregate_bool_exp_count",
    "_aggregate_bool_exp_bool_and", "_aggregate_bool_exp_bool_or", "_arr_rel_insert_input", "_obj_rel_insert_input",
    "_bool_exp", "_constraint", "_inc_input", "_insert_input", "_mutation_response", "_on_conflict", "_order_by",
    "_pk_columns_input", "_select_column", "_set_input", "_append_input", "_prepend_input", "_delete_at_path_input",
    "_delete_elem_input", "_delete_key_input", "_stream_cursor_input", "_stream_cursor_value_input",
    "_update_column", "_updates", "_enum", "_enum_comparison_exp",
    *(f"_{aggregate}_{kind}" for aggregate in AGGREGATES for kind in ("fields", "order_by")),
)  # fmt: skip
_QUERY_FIELDS = ("{}", "{}_by_pk", "{}_aggregate", "{}_stream")
_MUTATION_FIELDS = (
    "insert_{}",
    "insert_{}_one",
    "update_{}",
    "update_{}_by_pk",
    "update_{}_many",
    "delete_{}",
    "delete_{}_by_pk",
)


def table_claims(name: str) -> list[str]:
    """All that a table called `name` occupies: types, and root fields behind the root's name (`Query.track_by_pk`).

    Its type is the bare name, as in a set of reserved names.
    """
    claims = [name, *(name + suffix for suffix in _TYPE_SUFFIXES)]
    claims += [f"Query.{pattern.format(name)}" for pattern in _QUERY_FIELDS]
    claims += [f"Mutation.{pattern.format(name)}" for pattern in _MUTATION_FIELDS]
    return claims


def reserved_claims(names: frozenset[str]) -> frozenset[str]:
    """`names` as types and as fields of every root."""
    return names | {f"Query.{name}" for name in names} | {f"Mutation.{name}" for name in names}


def scalar_names(catalog: Catalog) -> frozenset[str]:
    """Types that exist because a served column has them: a table `date` gives way only where a column is a date."""
    leaves = {leaf_of(column.type) for table in catalog.tables for column in table.columns}
    suffixes = ("", "_comparison_exp", "_array_comparison_exp", "_cast_exp")
    return frozenset(scalar_name(leaf) + suffix for leaf in leaves for suffix in suffixes)
