"""What the overlay wants to be called otherwise (`@rename`).

Refuses (`ProjectError`) an unknown coordinate, what is no GraphQL name, and a name that something else has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from narthex.errors import ProjectError
from schema import reserved
from schema.model import Entity, Relationship, Rename
from schema.relationships import ARRAY, Default, Named
from schema.suggest import did_you_mean
from schema.words import VALID

_REASON = "@rename"


@dataclass(slots=True)
class Wanted:
    """New names by default names: of entities, and of fields by entity."""

    entities: dict[str, str] = field(default_factory=dict)
    fields: dict[str, dict[str, str]] = field(default_factory=dict)
    listed: list[Rename] = field(default_factory=list)

    def entity(self, named: Named, relationships: Sequence[Relationship]) -> Entity:
        """`named` and its relationships (under default names) as they will be called."""
        new = self.fields.get(named.name, {})
        table = named.table
        renamed = [self._relationship(relationship, new) for relationship in relationships]
        if new:
            _check_fields(named, [new.get(name, name) for name in named.columns], renamed)
        columns = {new.get(name, name): column for name, column in named.columns.items()}
        by_column = {column.name: name for name, column in columns.items()}
        return Entity(
            name=self.entities.get(named.name, named.name),
            table=table,
            columns=columns,
            relationships={one.name: one for one in sorted(renamed, key=lambda one: one.name)},
            key=tuple(by_column[column] for column in table.primary_key.columns) if table.primary_key else (),
        )

    def _relationship(self, one: Relationship, new: Mapping[str, str]) -> Relationship:
        if not self.entities and one.name not in new:
            return one
        return replace(
            one,
            name=new.get(one.name, one.name),
            source=self.entities.get(one.source, one.source),
            target=self.entities.get(one.target, one.target),
        )


def wanted(
    entities: Mapping[str, Named],
    defaults: Mapping[str, Sequence[Default]],
    renames: Mapping[str, str],
    taken: frozenset[str],
) -> Wanted:
    """Reads `renames`; names that fields of one entity would share are found when the entity is made."""
    result = Wanted()
    for coordinate, name in sorted(renames.items()):
        entity_name, dot, field_name = coordinate.partition(".")
        entity = entities.get(entity_name)
        if entity is None:
            raise ProjectError(f"@rename: there is no table {entity_name!r}{did_you_mean(entity_name, entities)}")
        if not VALID.fullmatch(name):
            raise ProjectError(f"@rename {coordinate}: {name!r} is not a GraphQL name.")
        if dot:
            subject = _field(entity, defaults[entity_name], field_name)
            result.fields.setdefault(entity_name, {})[field_name] = name
        else:
            subject = entity.table.full_name
            result.entities[entity_name] = name
        result.listed.append(Rename(subject, name, _REASON))
    if result.entities:
        _check_entities(entities, result.entities, taken)
    return result


def _field(entity: Named, defaults: Sequence[Default], name: str) -> str:
    """The SQL name of what the field stands for."""
    if name in entity.columns:
        return f"{entity.table.full_name}.{entity.columns[name].name}"
    for default in defaults:
        if default.relationship.name == name:
            return f"{default.side.owner.full_name}.{default.side.key.name}"
    known = [*entity.columns, *(default.relationship.name for default in defaults)]
    raise ProjectError(f"@rename: {entity.name} has no field {name!r}{did_you_mean(name, known)}")


def _check_entities(entities: Mapping[str, Named], new: Mapping[str, str], taken: frozenset[str]) -> None:
    holders: dict[str, str] = {}
    # What is not renamed comes first, so that the message blames the wish.
    for name in sorted(entities, key=lambda name: (name in new, name)):
        for claim in reserved.table_claims(new.get(name, name)):
            if name in new and claim in taken:
                raise ProjectError(f"@rename {name}: {new[name]!r} would need {claim!r}, which is reserved.")
            if claim in holders:
                other = entities[holders[claim]].table.full_name
                raise ProjectError(f"@rename {name}: {new[name]!r} would need {claim!r}, a name of {other}.")
            holders[claim] = name


def _check_fields(entity: Named, columns: Sequence[str], relationships: Sequence[Relationship]) -> None:
    names = list(columns)
    for one in relationships:
        names += [one.name, f"{one.name}_aggregate"] if one.kind is ARRAY else [one.name]
    for name, count in Counter(names).items():
        if count > 1:
            raise ProjectError(f"@rename: {entity.name} would have two fields called {name!r}.")
        if name in reserved.COLUMNS:
            raise ProjectError(f"@rename: {name!r} is reserved, no field of {entity.name} can be called so.")
