"""What policies cost: the same reads and the same change under 0, 5 and 20 guards that all apply to them.

    python bench/policies.py [--rounds 4] [--seconds 3] [--dry]

Three gateways on one Postgres, the same role with the same rights; they take turns as in `data_path.py`. What counts is
the ratio to the gateway without guards. The aim is that five cost less than a tenth. The table is added to
bench/RESULTS.md.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
from contextlib import AsyncExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from data_path import Measured, measure, same_answers, table  # noqa: E402
from parts.load import require_wrk  # noqa: E402
from parts.peers import Narthex, Started  # noqa: E402
from parts.postgres import load_music_store, shared_postgres  # noqa: E402
from parts.report import add_to_results, heading  # noqa: E402
from parts.servers import scratch  # noqa: E402
from parts.workloads import WORKLOADS  # noqa: E402

RIGHTS = """
track         @auth(roles: ["clerk"], on: [SELECT, AGGREGATE, UPDATE])
invoice_line  @auth(roles: ["clerk"], on: [SELECT, INSERT])
"""
FIVE = """
track         @rows(filter: {unit_price: {_gt: 0}}, roles: ["clerk"])
*             @limits(max_rows: 5000, roles: ["clerk"])
Query.track*  @rate_limit(limit: 100000000, window: "1h", per: PRINCIPAL, roles: ["clerk"])
track         @audit(level: META)
track.name    @cost(weight: "0.1", roles: ["clerk"])
"""
FIFTEEN_MORE = """
track         @rows(filter: {milliseconds: {_gt: 0}}, roles: ["clerk"])
track         @rows(filter: {media_type_id: {_in: [1, 2, 3, 4, 5]}}, roles: ["clerk"])
track         @rows(filter: {track_id: {_neq: -1}}, roles: ["clerk"])
track         @rows(filter: {name: {_is_null: false}}, roles: ["clerk"])
track         @rows(filter: {_or: [{album_id: {_gt: 0}}, {album_id: {_is_null: true}}]}, roles: ["clerk"])
track         @limits(max_rows: 4000, roles: ["clerk"])
track         @limits(max_rows: 3000, roles: ["clerk"])
track         @rate_limit(limit: 100000000, window: "1m", per: ROLE, roles: ["clerk"])
track         @rate_limit(limit: 100000000, window: "1d", per: GLOBAL, roles: ["clerk"])
track         @rate_limit(limit: 100000000, window: "1h", per: SESSION, roles: ["clerk"])
track.album_id       @cost(weight: "0.1", roles: ["clerk"])
track.composer       @cost(weight: "0.1", roles: ["clerk"])
track.milliseconds   @cost(weight: "0.1", roles: ["clerk"])
track                @risk(level: LOW, roles: ["clerk"])
track.genre_id       @mask(with: NULL, roles: ["clerk"])
"""
GUARDS = {"0 guards": "", "5 guards": FIVE, "20 guards": FIVE + FIFTEEN_MORE}
ASKED = ("point", "list", "update")
MODES = ("variables", "inlined")


async def run(options: argparse.Namespace) -> None:
    require_wrk()
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(scratch())
        postgres = await stack.enter_async_context(shared_postgres(None, folder, "music"))
        await load_music_store(postgres.dsn)
        started: list[Started] = []
        for number, (name, guards) in enumerate(GUARDS.items()):
            own = folder / str(number)
            own.mkdir()
            own.chmod(0o755)
            if number:  # the database roles are the server's, so all gateways have to know the same passwords
                (own / "data").mkdir(mode=0o700)
                shutil.copy(folder / "0" / "data" / "roles.json", own / "data" / "roles.json")
            peer = Narthex(RIGHTS + guards, name=name, role="clerk")
            started.append(await stack.enter_async_context(peer.start(postgres.dsn, own)))
        parts = [heading("Policies", postgres.version)]
        for workload in (one for one in WORKLOADS if one.name in ASKED):
            await same_answers(started, workload)
            for mode in MODES:
                measured: dict[str, Measured] = await measure(started, postgres, workload, mode, folder, options)
                parts.append(table(workload, mode, measured, base="0 guards"))
                print(parts[-1] + "\n", flush=True)
    if not options.dry:
        add_to_results(*parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=int, default=3, help="of one server in one round")
    parser.add_argument("--dry", action="store_true", help="print only; leave bench/RESULTS.md as it is")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
