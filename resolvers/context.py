"""What control-plane resolvers see of a request, as Strawberry's `info.context`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from narthex.ports import AuditStore, Explainer, Revoker
from narthex.principal import Principal
from policies.decide import Policy
from schema.elements import Contract
from schema.model import Model
from schema.visibility import View


@dataclass(frozen=True, slots=True)
class Context:
    """One request's principal and what is in force for it. `schema_changed_at` is when the served schema was loaded.

    `examples` are the project's saved operations: a name and its text.
    """

    principal: Principal
    environment: str
    mode: str
    branch: str | None
    contract: Contract
    view: View
    model: Model
    policy: Policy
    schema_changed_at: datetime
    explainer: Explainer
    revoker: Revoker
    examples: Mapping[str, str]
    audit: AuditStore | None = None
