"""The directives of policy files: their names, arguments and types, and the reading of one directive against them.

The table is SDL, read once by graphql-core, whose validation rules check each use and whose coercion gives the values.
Refuses what is unknown, what does not fit its type, and what the table knows but the gateway cannot enforce yet:
a guard that is accepted and not enforced would be worse than none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphql import (
    DirectiveNode,
    FieldNode,
    GraphQLDirective,
    GraphQLError,
    ListValueNode,
    NameNode,
    Node,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    build_schema,
    print_ast,
    validate,
)
from graphql.execution import get_argument_values
from graphql.language import DocumentNode
from graphql.validation import (
    KnownArgumentNamesRule,
    ProvidedRequiredArgumentsRule,
    UniqueArgumentNamesRule,
    UniqueDirectivesPerLocationRule,
    UniqueInputFieldNamesRule,
    ValuesOfCorrectTypeRule,
)

from policies.problems import Problem, Source, suggest

SDL = """
"A JSON value, objects written as GraphQL input objects."
scalar JSON

enum PolicyAction { SELECT AGGREGATE SUBSCRIBE INSERT UPDATE DELETE READ WRITE LIST INVOKE DEPLOY LOGS }
enum PolicyCounter { PRINCIPAL INSTANCE AGENT SESSION ROLE TENANT GLOBAL }
enum PolicyUnit { CALLS ROWS BYTES TOKENS }
enum PolicyExceeded { DENY DOWNGRADE APPROVAL }
enum PolicyMask { NULL REDACT HASH LAST4 EMAIL }
enum PolicyRecord { META FULL }
enum PolicySensitivity { PUBLIC INTERNAL CONFIDENTIAL RESTRICTED }
enum PolicyRisk { LOW MEDIUM HIGH CRITICAL }
enum PolicyRelationship { OBJECT ARRAY }

"Opens what it names, for whom it names: one of the roles, all of the scopes, one of the environments."
directive @auth(roles: [String!], scopes: [String!], environments: [String!], on: [PolicyAction!],
  columns: [String!], future: Boolean) repeatable on QUERY
"Closes what it names, for whom it names; nothing opens it again."
directive @deny(roles: [String!], scopes: [String!], environments: [String!], on: [PolicyAction!],
  columns: [String!], future: Boolean) repeatable on QUERY
"Serves a table, a column or a relationship under another name."
directive @rename(to: String!) on QUERY
"Adds a relationship: by a foreign key (`table.column`), or to a table on equal columns."
directive @relationship(name: String!, kind: PolicyRelationship!, by: String, to: String, on: JSON)
  repeatable on QUERY

"Which rows are seen and written."
directive @rows(filter: JSON!, check: JSON, on: [PolicyAction!], roles: [String!], override: Boolean,
  visible: Boolean) repeatable on QUERY
"Forces column values, which leave the input."
directive @preset(set: JSON!, on: [PolicyAction!], roles: [String!], override: Boolean, visible: Boolean)
  repeatable on QUERY
"Shows less of a column."
directive @mask(with: PolicyMask!, unless: [String!], roles: [String!], override: Boolean) repeatable on QUERY
"At most so many calls in a window."
directive @rate_limit(limit: Int!, window: String!, per: PolicyCounter, on: [PolicyAction!], roles: [String!],
  override: Boolean) repeatable on QUERY
"At most so much in a window, counted durably."
directive @quota(limit: Int!, unit: PolicyUnit!, window: String!, per: PolicyCounter, on: [PolicyAction!],
  roles: [String!], override: Boolean) repeatable on QUERY
"At most so many US dollars in a window."
directive @budget(usd: Float!, window: String!, per: PolicyCounter, on_exceed: PolicyExceeded, alert_at: Float,
  roles: [String!]) repeatable on QUERY
"A person must agree first."
directive @approval(on: [PolicyAction!], when: String, quorum: Int, approvers: [String!], ttl: String,
  roles: [String!]) repeatable on QUERY
"An idempotency key is required."
directive @idempotent(window: String, on: [PolicyAction!], roles: [String!], override: Boolean) repeatable on QUERY
"The weight in the static cost."
directive @cost(weight: String!, roles: [String!]) on QUERY
"The length of a list that the static cost assumes."
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!],
  requireOneSlicingArgument: Boolean, roles: [String!]) on QUERY
"Bounds of one operation."
directive @limits(max_rows: Int, max_depth: Int, timeout: String, roles: [String!], override: Boolean)
  repeatable on QUERY
"What the audit record keeps."
directive @audit(level: PolicyRecord!, redact: [String!], roles: [String!]) on QUERY
"A label on data."
directive @sensitivity(level: PolicySensitivity!, roles: [String!]) repeatable on QUERY
"The highest label that a sink may receive."
directive @clearance(level: PolicySensitivity!, roles: [String!]) repeatable on QUERY
"How much an effect can harm."
directive @risk(level: PolicyRisk!, on: [PolicyAction!], roles: [String!], override: Boolean) repeatable on QUERY
"Safe to run in a dry run."
directive @simulatable(roles: [String!]) on QUERY
"The most that a function may be granted."
directive @grants(roles: [String!]) on QUERY

type Query { unused: Boolean }
"""

ACCESS = frozenset({"auth", "deny"})
DESCRIPTIVE = frozenset({"rename", "relationship"})
GUARDS = frozenset({"rows", "preset", "mask", "limits"})
ADMISSION = frozenset({"rate_limit", "quota", "idempotent", "cost", "listSize", "audit", "risk", "simulatable"})
BODIES: Mapping[str, frozenset[str]] = {"rows": frozenset({"filter", "check"}), "preset": frozenset({"set"})}
"""What a directive says that callers are not told, unless it is `visible`."""
SUPPORTED = ACCESS | DESCRIPTIVE | GUARDS | ADMISSION

_SCHEMA = build_schema(SDL)
_BUILT_IN = frozenset({"skip", "include", "deprecated", "specifiedBy", "oneOf", "defer", "stream"})
DIRECTIVES: Mapping[str, GraphQLDirective] = {
    directive.name: directive for directive in _SCHEMA.directives if directive.name not in _BUILT_IN
}
_RULES = (
    KnownArgumentNamesRule,
    ProvidedRequiredArgumentsRule,
    UniqueArgumentNamesRule,
    UniqueDirectivesPerLocationRule,
    UniqueInputFieldNamesRule,
    ValuesOfCorrectTypeRule,
)
_MAY_BE_EMPTY = frozenset({("rows", "check")})
"""Arguments whose empty object has one meaning only: whatever is written is accepted."""
_NO_SELECTION = SelectionSetNode(selections=(FieldNode(name=NameNode(value="unused")),))


@dataclass(frozen=True, slots=True)
class Directive:
    """One use of a directive that fits its definition. `arguments` holds only what was written, coerced."""

    name: str
    arguments: Mapping[str, object]
    source: Source
    node: DirectiveNode = field(repr=False, compare=False)

    @property
    def text(self) -> str:
        """The directive as graphql-core prints it, so that layout makes no difference."""
        return print_ast(self.node)


def read(nodes: Sequence[DirectiveNode], file: str) -> tuple[list[Directive], list[Problem]]:
    """The directives of one line, and what is wrong with them; with a problem there is no directive for its node."""
    problems = [problem for node in nodes if (problem := _unusable(node, file)) is not None]
    if problems:
        return [], problems
    document = DocumentNode(
        definitions=(
            OperationDefinitionNode(
                operation=OperationType.QUERY, directives=tuple(nodes), selection_set=_NO_SELECTION
            ),
        )
    )
    errors = validate(_SCHEMA, document, _RULES)
    problems = [_from_error(error, nodes, file) for error in errors]
    for node in nodes:
        problems += _hollow(node, file)
    if problems:
        return [], problems
    return [_coerced(node, file) for node in nodes], []


def _coerced(node: DirectiveNode, file: str) -> Directive:
    definition = DIRECTIVES[node.name.value]
    return Directive(node.name.value, get_argument_values(definition, node), place(node, file), node)


def _unusable(node: DirectiveNode, file: str) -> Problem | None:
    name = node.name.value
    if name not in DIRECTIVES:
        fix = suggest(f"@{name}", [f"@{known}" for known in DIRECTIVES])
        every = ", ".join(f"@{known}" for known in sorted(SUPPORTED))
        return Problem(place(node, file), f"There is no directive '@{name}'.", fix or f"Use one of {every}.")
    if name not in SUPPORTED:
        text = f"'@{name}' is not supported yet."
        return Problem(place(node, file), text, "Take it out: what is not enforced must not look enforced.")
    roles = [argument for argument in node.arguments or () if argument.name.value == "roles"]
    if name in DESCRIPTIVE and roles:
        text = f"'@{name}' takes no 'roles'."
        return Problem(place(roles[0], file), text, "Take it out: names are the same for everybody.")
    return None


def _hollow(node: DirectiveNode, file: str) -> list[Problem]:
    """Null and empty lists are refused: 'nobody' and 'everybody' would both be fair readings."""
    problems = []
    for argument in node.arguments or ():
        value: ValueNode = argument.value
        if (node.name.value, argument.name.value) in _MAY_BE_EMPTY and isinstance(value, ObjectValueNode):
            continue
        empty = (isinstance(value, ListValueNode) and not value.values) or (
            isinstance(value, ObjectValueNode) and not value.fields
        )
        if isinstance(value, NullValueNode) or empty:
            what = "is empty" if empty else "is null"
            text = f"'{argument.name.value}' of '@{node.name.value}' {what}."
            problems.append(Problem(place(argument, file), text, "Leave it out, or say what it should hold."))
    return problems


def _from_error(error: GraphQLError, nodes: Sequence[DirectiveNode], file: str) -> Problem:
    line, column = (error.locations[0].line, error.locations[0].column) if error.locations else (1, 1)
    text = error.message if error.message.endswith((".", "?")) else f"{error.message}."
    position = next(iter(error.positions or ()), 0)
    around = [node for node in nodes if node.loc and node.loc.start <= position < node.loc.end]
    return Problem(Source(file, line, column), text, " ".join(usage(node.name.value) for node in around))


def usage(name: str) -> str:
    """How the directive is written."""
    arguments = ", ".join(f"{key}: {argument.type}" for key, argument in DIRECTIVES[name].args.items())
    return f"It is written '@{name}({arguments})'."


def place(node: Node, file: str) -> Source:
    """Where the node begins, as its first token tells."""
    token = node.loc.start_token if node.loc else None
    return Source(file, token.line, token.column) if token else Source(file, 1)
