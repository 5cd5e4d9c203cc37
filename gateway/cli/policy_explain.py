"""`narthex policy explain`: what a role may do at a coordinate, and which lines say so."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.options import HERE, AsJson, DataDir, Project, data_dir_of, read_project
from gateway.cli.output import print_json, print_records

if TYPE_CHECKING:
    from narthex.principal import Grants
    from policies.decide import Policy
    from policies.targets import Target

Role = Annotated[str, typer.Option("--role", metavar="NAME", help="The acting role.")]
Scopes = Annotated[list[str] | None, typer.Option("--scope", metavar="NAME", help="A scope of the token. Repeatable.")]


def explain(
    coordinate: Annotated[str, typer.Argument(metavar="COORDINATE", help="A table, column, relationship or field.")],
    role: Role,
    scope: Scopes = None,
    project: Project = HERE,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show what is open to a role at a coordinate, by which lines, and what guards narrow it.

    Example: narthex policy explain customer.phone --role support --project examples/music_store
    """
    from gateway.cli.served import read_served
    from narthex.principal import Grants
    from policies.targets import canonical

    folder, settings = read_project(project)
    served = asyncio.run(read_served(folder, settings, data_dir_of(folder, data_dir)))
    policy = served.policy()
    target = policy.targets.find(canonical(coordinate))
    if target is None:
        raise typer.BadParameter(_unknown(policy, coordinate))
    grants = Grants(role, frozenset(scope or ()), settings.environment.name, frozenset())
    open_ = _open(policy, target, grants)
    lines: list[dict[str, object]] = [
        {"source": line.source, "line": f"{line.coordinate} {line.directive}", "effect": line.effect}
        for line in policy.applied(str(target), contract=policy.contract(grants), in_full=True)
    ]
    if as_json:
        print_json({"coordinate": str(target), "kind": target.kind.value, "open": open_, "lines": lines})
        return
    typer.echo(f"{target}, a {target.kind.value}, for {_who(grants)}: {_said(open_)}")
    print_records(lines, as_json=False, none="No line of the policies names it for this role.")


def _unknown(policy: Policy, coordinate: str) -> str:
    from policies.problems import suggest
    from policies.targets import fields_of

    roots = [f"{root}.{name}" for root, fields in policy.targets.roots.items() for name in fields]
    names = [*policy.model.entities, *roots]
    owner = policy.model.entities.get(coordinate.partition(".")[0])
    if owner is not None:
        names = [f"{owner.name}.{name}" for name in fields_of(owner)]
    near = suggest(coordinate, names)
    return f"There is no table, column, relationship or root field '{coordinate}'. {near}".rstrip()


def _open(policy: Policy, target: Target, grants: Grants) -> dict[str, object]:
    """Columns by action for a table; a list of actions for a column; yes or no for a field."""
    from policies.targets import Kind
    from schema.model import Action, Requires

    contract = policy.contract(grants)
    if target.kind is Kind.TABLE:
        columns = policy.model.entities[target.type].columns
        found: dict[str, object] = {}
        for action in Action:
            open_ = [column for column in columns if contract.allows(Requires(target.type, action, column))]
            if contract.allows(Requires(target.type, action)):
                found[action.value] = open_
        return found
    if target.kind is Kind.COLUMN:
        asked = {action: Requires(target.type, action, target.member) for action in Action if action != Action.DELETE}
        return {action.value: contract.allows(requirement) for action, requirement in asked.items()}
    return {"open": contract.opens(str(target))}


def _who(grants: Grants) -> str:
    scopes = f" with {', '.join(sorted(grants.scopes))}" if grants.scopes else ""
    return f"{grants.role}{scopes} in {grants.environment}"


def _said(open_: dict[str, object]) -> str:
    said = []
    for action, what in open_.items():
        if isinstance(what, list):
            said.append(f"\n  {action}: {', '.join(what)}" if action != "DELETE" else f"\n  {action}")
        elif what:
            said.append(action)
    return "".join(said) if said and said[0].startswith("\n") else ", ".join(said) or "closed"
