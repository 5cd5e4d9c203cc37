"""What lower layers need of upper ones, as protocols: the arrows of the import rule stay one-way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from narthex.principal import Principal


class Explainer(Protocol):
    """Decides an operation as the pipeline would, and runs nothing."""

    async def explain(
        self, principal: Principal, operation: str, variables: Mapping[str, object]
    ) -> Mapping[str, object]:
        """The fields of the `Explanation` type as plain data."""
        ...
