"""What the pages of a contract say: SDL with the policy lines that apply, a guide for agents, definitions of tools.

Plain functions of a principal and a snapshot. Refuses nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime

from graphql import DirectiveLocation, GraphQLArgument, GraphQLDirective, GraphQLNonNull, get_named_type
from graphql.utilities.print_schema import print_directive, print_type

from gateway.snapshot import Snapshot
from narthex.principal import Level, Principal
from policies.applied import AppliedLine
from policies.decide import DecidedContract, Policy
from policies.directives import ACCESS, BODIES, DIRECTIVES
from schema.cards import clip, fitted, plain, table_card, tokens
from schema.lazy import LazySchema
from schema.model import Entity
from schema.outline import Outline
from schema.sdl import print_contract
from schema.search import sight_of
from schema.visibility import View

GUIDE_TOKENS = 600
_SPARE_TOKENS = 120
"""What is left free, because models count more tokens for names and signs than for prose."""
_NAMES_TOKENS = 40
"""Kept free for the names of tables that get no card."""
_LONGEST_NAME = 80
_PLACES = (DirectiveLocation.OBJECT, DirectiveLocation.FIELD_DEFINITION)


def sdl(view: LazySchema, policy: Policy, contract: DecidedContract | None = None) -> Iterator[str]:
    """The contract's SDL in pieces; tables, columns and fields carry the policy lines that name the caller.

    Without a contract `view` is the whole schema, with all lines in full, as an operator may see them.
    """
    definitions = list(_definitions(policy))
    if any(view.get_type(name) is not None for name, _ in definitions):
        yield from print_contract(view)
        return
    yield from (f"{text}\n\n" for _, text in definitions)

    lines = _Lines(policy, contract)
    yield from print_contract(view, lines.on)


class _Lines:
    """The policy lines of one contract as SDL. Asked for table by table, so the last one's are remembered."""

    def __init__(self, policy: Policy, contract: DecidedContract | None) -> None:
        self._entities = policy.model.entities
        self._policy = policy
        self._contract = contract
        self._table = ""
        self._on_table: Collection[tuple[str, str]] = ()
        self._members_differ = True

    def on(self, coordinate: str) -> Sequence[str]:
        """The directives at a coordinate; what stands at a table is not said again at each of its columns."""
        owner, _, member = coordinate.partition(".")
        if owner in self._entities and owner != self._table:
            self._table = owner
            self._on_table = [(line.source, line.directive) for line in self._applied(owner)]
            self._members_differ = self._policy.told_by_member(owner)
        if owner == self._table and not member:
            return [directive for _, directive in self._on_table]
        if owner == self._table and not self._members_differ:
            return ()
        above = self._on_table if owner == self._table else ()
        return [line.directive for line in self._applied(coordinate) if (line.source, line.directive) not in above]

    def _applied(self, coordinate: str) -> Sequence[AppliedLine]:
        return self._policy.applied(coordinate, contract=self._contract)


def _definitions(policy: Policy) -> Iterator[tuple[str, str]]:
    """The types and directives that applied policies need, each by its name."""
    guards = {guard.line.directive.name for found in policy.narrowing.values() for guard in found}
    used = [DIRECTIVES[name] for name in sorted(ACCESS | guards | policy.admission.every.directives)]
    types = {get_named_type(argument.type) for directive in used for argument in directive.args.values()}
    for type_ in sorted(types, key=lambda type_: type_.name):
        if type_.ast_node is not None:
            yield type_.name, print_type(type_)
    for directive in used:
        arguments = {
            name: _optional(argument) if name in BODIES.get(directive.name, ()) else argument
            for name, argument in directive.args.items()
        }
        placed = GraphQLDirective(
            directive.name, _PLACES, arguments, directive.is_repeatable, description=directive.description
        )
        yield f"@{directive.name}", print_directive(placed)


def _optional(argument: GraphQLArgument) -> GraphQLArgument:
    """What may be left out where a directive is shown, though it has to be there where it is written."""
    type_ = argument.type
    return GraphQLArgument(type_.of_type if isinstance(type_, GraphQLNonNull) else type_)


def guide(principal: Principal, snapshot: Snapshot) -> str:
    """What an agent needs to begin with, in at most 600 tokens."""
    view = snapshot.view(snapshot.contract(principal.grants))
    outline = sight_of(view).outline
    start, end = _start(principal), _end(snapshot, changes=_may_change(principal, view))
    room = GUIDE_TOKENS - _SPARE_TOKENS - tokens(start) - tokens(end)
    return f"{start}\n{_tables(view, outline, room)}\n{end}"


def _start(principal: Principal) -> str:
    subject = json.dumps(clip(principal.subject, _LONGEST_NAME), ensure_ascii=False)
    role, environment = (clip(plain(text), _LONGEST_NAME) for text in (principal.role, principal.grants.environment))
    ends = datetime.fromtimestamp(principal.expires_at, UTC).isoformat(timespec="minutes")
    return f"""# Narthex: one GraphQL schema over this backend
You are the {principal.kind.value} {subject}, role {role}, level {principal.level.name}, environment {environment}; \
your token ends {ends}.
POST /graphql {{"query": "…", "variables": {{…}}}} with your bearer token. What you may not use does not exist for you.

## Find
{{ catalog(search: "what you need", first: 5) {{ entries {{ coordinate card example }} joins }} }}
Each example runs as it stands. catalog_entry(coordinate: …) tells all about one thing, \
explain(operation: …) decides without running. /schema.graphql is complete, and long.
"""


def _may_change(principal: Principal, view: View) -> bool:
    """Whether any effect may happen for the caller, be it as a dry run."""
    return principal.level > Level.READ and view.mutation_type is not None


def _end(snapshot: Snapshot, *, changes: bool) -> str:
    default, most = snapshot.limits.default_rows, snapshot.limits.max_rows
    if default:
        lists = f"A list without limit gives {default} rows; extensions.narthex.truncated says where. Most: {most}."
    else:
        lists = f"A list gives at most {most} rows."
    bounds = snapshot.settings.limits
    changing = (
        "- mutation { update_NAME(where: …, _set: …) { affected_rows } }, insert_NAME_one, delete_NAME …; header "
        "x-narthex-mode: dry_run only tries; extensions.narthex.effects says what happened.\n"
        if changes
        else ""
    )
    return f"""## Rules
- {lists}
- where: {{name: {{_ilike: "%a%"}}}}, order_by: {{name: asc}}, NAME_aggregate {{ aggregate {{ count }} }}; \
relationships nest. Ask for all you need in one operation: depth {bounds.depth}, {bounds.root_fields} root fields.
{changing}\
- Errors: follow extensions.hint; retry is SAME, AFTER (retry_after_s), CHANGED or NEVER; fix is a corrected operation.
"""


def _tables(view: View, outline: Outline, room: int) -> str:
    """The cards of the tables that most leads to and from, as many as there is room for, and the names of others."""
    entities = [entity for entity in outline.model.entities.values() if outline.shows(entity.name)]
    ranked = sorted(entities, key=lambda entity: (-_weight(outline, entity), entity.name))
    letters = "R read, A aggregate, I insert, U update, D delete"
    text = f"## Tables ({len(entities)}; ! never null, → one, ← many, {letters})\n"
    for place, entity in enumerate(ranked):
        longer = f"{text}- {table_card(outline, view.schema.names, entity)}\n"
        if tokens(longer) > room - _NAMES_TOKENS:
            names = fitted([entity.name for entity in ranked[place:]], _NAMES_TOKENS * 3, ", ")
            return f"{text}Also: {names}\n"
        text = longer
    return text


def _weight(outline: Outline, entity: Entity) -> float:
    return len(list(outline.ways(entity))) + math.log10(max(entity.table.estimated_rows, 1.0)) / 2


def tools(principal: Principal, snapshot: Snapshot) -> list[dict[str, object]]:
    """Tools in the form of OpenAI's chat completions; each call is one request to `/graphql`."""
    view = snapshot.view(snapshot.contract(principal.grants))
    names = view.query_type.fields if view.query_type is not None else {}
    made = [
        _tool(
            "query",
            "Runs one GraphQL query against this backend and returns its JSON. Look things up with 'catalog' first.",
            {
                "query": ("string", "A GraphQL document with one query operation."),
                "variables": ("object", "Values of its variables, by name."),
            },
            ("query",),
        )
    ]
    if _may_change(principal, view):
        made.append(
            _tool(
                "mutate",
                "Runs one GraphQL mutation against this backend. The header x-narthex-mode: dry_run only tries it.",
                {
                    "query": ("string", "A GraphQL document with one mutation operation."),
                    "variables": ("object", "Values of its variables, by name."),
                },
                ("query",),
            )
        )
    if "catalog" in names:
        made.append(
            _tool(
                "catalog",
                "Finds tables, columns and fields by words about what you need, with runnable example queries.",
                {
                    "search": ("string", "Words about what you need; without them all tables by name."),
                    "kind": ("string", "TABLE, COLUMN or FIELD; all kinds if left out."),
                    "first": ("integer", "At most this many entries."),
                },
                (),
            )
        )
    return made


def _tool(
    name: str, description: str, arguments: dict[str, tuple[str, str]], required: tuple[str, ...]
) -> dict[str, object]:
    properties = {key: {"type": kind, "description": text} for key, (kind, text) in arguments.items()}
    parameters = {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}
