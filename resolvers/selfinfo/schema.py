"""The control plane's schema: the root fields with which the gateway tells about itself, and is told.

Every field brings an example, which the catalog shows to whoever may use the field.
"""

from __future__ import annotations

import strawberry
from strawberry.schema.config import StrawberryConfig

from resolvers.audit.schema import AuditQueries
from resolvers.selfinfo import catalog as search
from resolvers.selfinfo import identity
from resolvers.selfinfo.catalog import Catalog
from resolvers.selfinfo.entries import CatalogEntry
from resolvers.selfinfo.explanation import Explanation
from resolvers.selfinfo.explanation import explain as explain_operation
from resolvers.selfinfo.identity import Environment, Me, SchemaVersion
from resolvers.selfinfo.scalars import COLUMN_TYPES, SCALARS
from resolvers.users.revocation import Revocation, revoke
from schema.examples import EXAMPLE
from schema.scalars import share_coercion


@strawberry.type(name="query_root", description="Everything that can be read.")
class QueryRoot(AuditQueries):
    me: Me = strawberry.field(
        resolver=identity.me,
        description="Who you are to the gateway: subject, role, scopes, level and session of your token.",
        metadata={EXAMPLE: "{ me { subject kind role roles level expires_at } }"},
    )
    environment: Environment = strawberry.field(
        resolver=identity.environment,
        description="Where you are: environment, mode, branch, version of the schema and hash of your contract.",
        metadata={EXAMPLE: "{ environment { name mode branch schema_version contract_hash } }"},
    )
    catalog: Catalog = strawberry.field(
        resolver=search.catalog,
        description="Searches the tables, columns and fields that you may use, by words about what you need. "
        "Start here.",
        metadata={EXAMPLE: '{ catalog(search: "price", first: 5) { entries { coordinate card example } joins } }'},
    )
    catalog_entry: CatalogEntry | None = strawberry.field(
        resolver=search.catalog_entry,
        description="Everything about one table, column or field: description, policies, a runnable example.",
        metadata={
            EXAMPLE: '{ catalog_entry(coordinate: "Query.catalog") { card description example '
            "policies { directive source effect } } }"
        },
    )
    explain: Explanation = strawberry.field(
        resolver=explain_operation,
        description="Decides an operation without running it: verdict, reasons, steps, policies, estimates, SQL.",
        metadata={
            EXAMPLE: '{ explain(operation: "{ me { subject } }") { allowed refusals { code message hint } '
            "steps { path lane coordinate estimated_rows } sql } }"
        },
    )
    schema_version: SchemaVersion = strawberry.field(
        resolver=identity.schema_version,
        description="The version of the served schema, and since when it is served.",
        metadata={EXAMPLE: "{ schema_version { id at } }"},
    )


@strawberry.type(name="mutation_root", description="Everything that can be changed.")
class MutationRoot:
    auth_revoke: Revocation = strawberry.mutation(
        resolver=revoke,
        description="Ends a token, a subject or a session before its time, with what runs for it.",
        metadata={EXAMPLE: 'mutation { auth_revoke(subject: "research-agent", reason: "it left") { revoked_at } }'},
    )


def control_schema() -> strawberry.Schema:
    """The control plane, before tables are merged into it."""
    config = StrawberryConfig(auto_camel_case=False, scalar_map=SCALARS)
    schema = strawberry.Schema(query=QueryRoot, mutation=MutationRoot, config=config)
    for name, type_ in COLUMN_TYPES.items():
        # As columns of these types do, whether or not there are any.
        share_coercion(schema._schema.type_map[name], type_)  # type: ignore[arg-type]
    return schema
