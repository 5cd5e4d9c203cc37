"""Golden cases of mutations. Each runs in a transaction of its own that is rolled back, with all sequences at 5000.

`.plan` and `.sql` hold the statements of all roots, also in the forms for a dry run; `.json` holds the answer and what
a dry run shows, or the refusal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from resolvers.sql.writes import Write
from tests.goldens.case_files import Case
from tests.goldens.texts import json_text, sql_text
from tests.writing import Result, Writer

_RESTART = """
DO $$ DECLARE found regclass; BEGIN
    FOR found IN SELECT oid FROM pg_class WHERE relkind = 'S' LOOP
        EXECUTE format('ALTER SEQUENCE %s RESTART WITH 5000', found);
    END LOOP;
END $$
"""


@dataclass
class MutationBench:
    """The database of features under the policy of the cases. `writer` is the superuser, who may restart sequences."""

    writer: Writer

    async def run(self, case: Case) -> Mapping[str, str]:
        """The files that a case generates."""
        variables = json.loads(case.variables)
        writer = self.writer.saying(json.loads(case.claims))
        async with writer.after(_RESTART):
            result = await writer.run(case.text, variables, case.role)
        async with writer.after(_RESTART):
            dry = await writer.run(case.text, variables, case.role, dry=True)
            now = await writer.connection.fetchval("select to_json(now())")
        assert (dry.texts, dry.code) == (result.texts, result.code)
        files = {".plan": _plan(result), ".json": _json(result, dry).replace(now, '"now"')}
        if result.writes:
            files[".sql"] = "\n".join(_statements(write) for write in result.writes)
        return files


def _plan(result: Result) -> str:
    lines = []
    for write in result.writes:
        chain = (write.statement, *write.then)
        lines.append(f"root {write.key}: {write.coordinate}, statements: {len(chain)}")
        for step in write.steps:
            place = ".".join(step.path)
            lines.append(
                f"step {place}: {step.action.value} {step.entity} by {step.coordinate},"
                f" {step.multiplicity} times, about {step.estimated_rows} rows"
            )
        lines += [f"cut {'.'.join(cut.path)}: after {cut.limit}" for cut in write.cuts]
        lines.append(f"parameters: {', '.join(str(len(statement.binds)) for statement in chain)}")
    if result.error is not None:
        lines.append(f"refused: {result.error.code.value}" + (f" by {result.state}" if result.state else ""))
    return "\n".join(lines) + "\n"


def _json(result: Result, dry: Result) -> str:
    if result.error is not None:
        refused = {"code": result.error.code.value, "coordinate": result.error.coordinate}
        return json_text(json.dumps({"refused": refused}))
    data = ", ".join(f"{json.dumps(key)}: {text}" for key, text in result.texts.items())
    diff = json.dumps(dry.diff, ensure_ascii=False)
    return json_text(f'{{"data": {{{data}}}, "affected": {result.affected}, "diff": {diff}}}')


def _statements(write: Write) -> str:
    texts = [f"-- {write.key}\n{sql_text(write.statement.sql)}"]
    texts += [f"-- {write.key}, then\n{sql_text(statement.sql)}" for statement in write.then]
    texts += [f"-- {write.key}, dry run\n{sql_text(statement.sql)}" for statement in write.diff]
    return "\n".join(texts)
