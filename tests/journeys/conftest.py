from collections.abc import AsyncIterator

import pytest

from tests.journeys.wallets import Wallets, opened
from tests.running import RunningGateway


@pytest.fixture(scope="module")
async def tables(running_gateway: RunningGateway) -> AsyncIterator[Wallets]:
    """Tables that may be changed, on the running gateway, for the tests of one module."""
    async with opened(running_gateway) as found:
        yield found


@pytest.fixture
async def wallets(tables: Wallets) -> Wallets:
    """The same as they were at first: three wallets and no entries."""
    await tables.refill()
    return tables
