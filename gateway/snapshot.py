"""What is in force at one moment: the served schema and the policies, with everything that is cached under them.

A change of the database or of a policy file makes a new snapshot; requests that have begun keep theirs.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from cachetools import LRUCache

from gateway.contract import Operation, Weighty, check_method, read_contract
from gateway.document import Document, syntax
from gateway.envelope import Message
from narthex.principal import Grants
from narthex.settings import Settings
from resolvers.sql.scope import ListLimits
from schema.build import UnifiedSchema
from schema.visibility import View, view

if TYPE_CHECKING:
    from policies.decide import DecidedContract, Policy
    from schema.catalog import Catalog
    from schema.model import Model


_USUAL_DOCUMENT = 500
_USUAL_PLAN = 4_000
"""Characters of a document and of a plan that count as one in the settings. Larger ones take the place of several."""


class Snapshot:
    """Immutable but for its caches, all of them bounded. `mask_key` is the secret of masks that hash."""

    def __init__(
        self,
        settings: Settings,
        catalog: Catalog,
        model: Model,
        schema: UnifiedSchema,
        policy: Policy,
        at: datetime,
        mask_key: bytes = b"",
    ) -> None:
        self.settings = settings
        self.catalog = catalog
        self.model = model
        self.schema = schema
        self.policy = policy
        self.at = at
        limits = settings.limits
        self.limits = ListLimits(settings.default_rows, limits.max_rows, limits.tokens, limits.depth, mask_key)
        self._views: LRUCache[str, View] = LRUCache(settings.cache.contracts)
        self._operations: LRUCache[tuple[str | None, ...], Operation] = LRUCache(
            settings.cache.documents * _USUAL_DOCUMENT, lambda operation: max(operation.syntax.size, _USUAL_DOCUMENT)
        )
        self._plans: LRUCache[object, Weighty] = LRUCache(
            settings.cache.plans * _USUAL_PLAN, lambda plan: max(plan.weight, _USUAL_PLAN)
        )

    @property
    def version(self) -> str:
        """The schema version: changes whenever the database's served part does."""
        return self.model.fingerprint

    def contract(self, grants: Grants) -> DecidedContract:
        return self.policy.contract(grants)

    def view(self, contract: DecidedContract) -> View:
        """The schema as the contract shows it."""
        seen = self._views.get(contract.id)
        if seen is None:
            seen = view(self.schema, contract)
            self._views[contract.id] = seen
        return seen

    def operation(self, contract: DecidedContract, document: Document, message: Message, pin: str | None) -> Operation:
        """The validated operation, from the cache where the same document was valid under the same contract."""
        key = (contract.id, document.key, message.operation_name)
        operation = self._operations.get(key)
        if operation is not None and operation.pinned:
            operation = self._operations.get((*key, *document.literals))
        if operation is None:
            operation = self.validate(contract, document, message, pin)
            self._keep(key, operation)
            if operation.pinned:
                self._keep((*key, *document.literals), operation)
        else:
            check_method(operation.node, message)
        return operation

    def _keep(self, key: tuple[str | None, ...], operation: Operation) -> None:
        with suppress(ValueError):  # larger than the whole cache
            self._operations[key] = operation

    def validate(
        self, contract: DecidedContract, document: Document, message: Message, pin: str | None = None
    ) -> Operation:
        """Parse and validate a document under a contract; raises `Refusal` or `Refused`."""
        parsed = syntax(document, self.settings.limits)
        return read_contract(self.view(contract), contract, parsed, message, pin, self._plans)
