"""Records of effects: in the statement that has the effect, signed, numbered, and none without the other."""

from __future__ import annotations

import asyncio
import json
import uuid

import asyncpg
import pytest

from gateway.audit.effects import EffectWriter
from gateway.audit.records import Keep
from gateway.respond import Reply
from narthex.errors import Code, Refusal
from narthex.observe import Observation
from tests.gateway.audit.conftest import Store, facts_of

_SETTLE = "SELECT narthex.settle($1::text, 1, NULL)"


async def test_a_record_says_who_did_what_under_which_policy(store: Store) -> None:
    await store.effect(rows=3)
    (record,) = await store.control.fetch("SELECT * FROM narthex.audit_record")
    said = {
        "kind": "effect",
        "subject": "ada",
        "actors": ["worker"],
        "session": "session",
        "purpose": "why",
        "root": "update_item",
        "rows": 3,
        "outcome": "OK",
    }
    assert {name: record[name] for name in said} == said
    assert json.loads(record["variables"]) == {"name": "new", "$0": "7"}
    assert json.loads(record["decisions"]) == {"item": ["a.policy:1"]}
    text = await store.control.fetchval("SELECT text FROM narthex.document WHERE hash = $1", record["document_hash"])
    assert "update_item(where: {id: {_eq: $0" in text


async def test_effect_and_record_come_together_or_not_at_all(store: Store) -> None:
    effect = store.effects.envelope(facts_of(), Observation("test"))
    async with store.data.transaction() as transaction:  # noqa: F841
        await store.settle(effect)
        assert await store.control.fetchval("SELECT count(*) FROM narthex.audit_effect") == 0
    assert await store.control.fetchval("SELECT count(*) FROM narthex.audit_effect") == 1
    await store.data.execute("UPDATE public.item SET name = 'old' WHERE id = 7")
    await store.tamper("ALTER TABLE narthex.audit_effect RENAME TO away")
    with pytest.raises(asyncpg.PostgresError):
        await store.settle(store.effects.envelope(facts_of(), Observation("test")))
    assert await store.data.fetchval("SELECT name FROM public.item WHERE id = 7") == "old"


async def test_without_an_envelope_nothing_is_recorded(store: Store) -> None:
    assert await store.data.fetchval(_SETTLE, None) == 0


async def test_an_envelope_settles_once(store: Store) -> None:
    effect = await store.effect()
    with pytest.raises(asyncpg.UniqueViolationError):
        await store.settle(effect)


@pytest.mark.parametrize("place", [0, 70, 110, 130, -1])
async def test_an_envelope_that_was_changed_does_not_settle(store: Store, place: int) -> None:
    text = store.effects.envelope(facts_of(), Observation("test")).text
    changed = list(text)
    changed[place] = "0" if changed[place] != "0" else "1"
    with pytest.raises((asyncpg.PostgresError, asyncpg.DataError)) as caught:
        await store.data.execute(_SETTLE, "".join(changed))
    assert caught.value.sqlstate in ("NX003", "22P02")
    assert await store.control.fetchval("SELECT count(*) FROM narthex.audit_effect") == 0


async def test_the_data_role_cannot_forge_a_record(store: Store) -> None:
    """Everything looks right, the writer too, but for the key."""
    genuine = await store.effect()
    signed = genuine.text[64:].partition("\n")[0]
    forged = signed[:36] + f"{2:019}" + signed[55:]
    for text in ("0" * 64 + forged, genuine.text[:64] + forged, "0" * 64 + str(uuid.uuid4()) + forged[36:]):
        with pytest.raises(asyncpg.PostgresError) as caught:
            await store.data.execute(_SETTLE, text)
        assert caught.value.sqlstate == "NX003"
    for sql in (
        "INSERT INTO narthex.audit_effect (writer, seq, rows, record, mac) VALUES (gen_random_uuid(), 1, 1, '[]', '')",
        "SELECT inner_key FROM narthex.writer",
        "SELECT narthex.settle_more('', '', '')",
        "SELECT narthex.redact(gen_random_uuid(), 1, 'name')",
        "DELETE FROM narthex.audit_seal",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await store.data.execute(sql)


async def test_nothing_can_be_attached_to_an_envelope(store: Store) -> None:
    """What the store is given beside the record is signed with it: nobody can write an answer or a value otherwise."""
    text = store.effects.envelope(facts_of(), Observation("test")).text
    plain = text.partition("\n")[0]
    for attached in ('{"values": [["a", "00", "1"]]}', '{"idempotency": {}}'):
        with pytest.raises(asyncpg.PostgresError) as caught:
            await store.data.execute(_SETTLE, f"{plain}\n{attached}")
        assert caught.value.sqlstate == "NX003"


async def test_a_writer_that_has_ended_settles_nothing(store: Store) -> None:
    effect = store.effects.envelope(facts_of(), Observation("test"))
    await store.effects.stop()
    with pytest.raises(asyncpg.PostgresError) as caught:
        await store.settle(effect)
    assert caught.value.sqlstate == "NX003"


async def test_a_writer_of_reads_settles_nothing(store: Store) -> None:
    await store.read()
    reads = store.auditor.writer
    text = f"{reads.id}{1:019}[]"
    with pytest.raises(asyncpg.PostgresError) as caught:
        await store.data.execute(_SETTLE, reads.mac(text).hex() + text)
    assert caught.value.sqlstate == "NX003"


async def test_without_the_store_there_is_no_envelope(store: Store) -> None:
    late = EffectWriter(store.control, "sandbox")
    with pytest.raises(Refusal) as caught:
        late.envelope(facts_of(), Observation("test"))
    assert caught.value.code is Code.UNAVAILABLE
    await late.start()
    await store.settle(late.envelope(facts_of(), Observation("test")))


async def test_what_did_not_happen_is_told_with_the_next_reads(store: Store) -> None:
    await store.effect()
    for _ in range(3):
        store.effects.failed(store.effects.envelope(facts_of(), Observation("test")))
    store.effects.doubtful(store.effects.envelope(facts_of(), Observation("test")))
    await store.effect()
    number = store.auditor.append(facts_of(), Reply(None, (Refusal(Code.CONFLICT, "No."),)), Observation("test"))
    await store.auditor.durable(number)
    (group,) = await store.control.fetch("SELECT * FROM narthex.audit_group")
    assert (group["void"], group["doubtful"]) == ([2, 3, 4], [5])
    assert group["effect_writer"] == store.effects.writer.id
    assert store.effects.untold() == ((), ())
    await store.seal()
    verification = await store.verify()
    assert verification.findings == () and verification.records == 3
    assert await store.control.fetchval("SELECT count(*) FROM narthex.audit_gap") == 1


async def test_what_did_not_happen_is_told_though_nobody_reads(store: Store) -> None:
    """A statement that was tried again leaves a number, and its request a record of what it did in the end."""
    store.effects.failed(store.effects.envelope(facts_of(), Observation("test")))
    await store.effect()
    while any(store.effects.untold()):
        await asyncio.sleep(0.01)
    await store.auditor.stop()
    await store.effects.stop()
    await store.seal()
    assert (await store.verify()).findings == ()
    (told,) = await store.control.fetch("SELECT * FROM narthex.audit_record WHERE kind = 'read'")
    assert (told["surface"], told["subject"], told["outcome"], told["coordinates"]) == ("gateway", None, "OK", [])


async def test_what_could_not_be_told_is_told_later(store: Store) -> None:
    await store.read()
    store.effects.failed(store.effects.envelope(facts_of(), Observation("test")))
    await store.tamper("ALTER TABLE narthex.audit_group RENAME TO away")
    with pytest.raises(Refusal):
        await store.read()
    assert store.effects.untold().void == (1,)
    await store.tamper("ALTER TABLE narthex.away RENAME TO audit_group")
    await store.read()
    assert store.effects.untold().void == ()


async def test_the_text_of_a_document_goes_to_the_store_once(store: Store) -> None:
    first = await store.effect()
    second = await store.effect()
    assert first.document is not None and second.document is None and "\n" not in second.text
    other = facts_of("mutation { delete_item { affected_rows } }")
    store.effects.failed(store.effects.envelope(other, Observation("test")))
    again = store.effects.envelope(other, Observation("test"))
    assert again.document is not None, "nobody knows that it has come to the store"


async def test_metadata_alone_is_kept_where_a_policy_says_so(store: Store) -> None:
    await store.effect(facts_of(keep=Keep(values=False)))
    await store.read(facts_of(keep=Keep(values=False)))
    rows = await store.control.fetch("SELECT variables, coordinates FROM narthex.audit_record")
    assert [row["variables"] for row in rows] == [None, None]
    assert "new" not in await store.control.fetchval("SELECT string_agg(record::text, '') FROM narthex.audit_effect")


async def test_values_that_can_be_redacted_are_kept_apart(store: Store) -> None:
    keep = Keep(redact=frozenset({"phone"}))
    variables = {"object": {"name": "Ada", "phone": "call-1", "more": [{"phone": "call-2"}]}, "object.phone": 1, "n": 3}
    await store.effect(facts_of(variables=variables, keep=keep))
    await store.read(facts_of(variables=variables, keep=keep))
    kept = await store.control.fetch("SELECT writer, name, value FROM narthex.audit_value ORDER BY writer, name")
    for writer in (store.effects.writer.id, store.auditor.writer.id):
        values = {row["name"]: json.loads(row["value"]) for row in kept if row["writer"] == writer}
        assert values == {"$0": "7", "object.phone": "call-1", "object.more.0.phone": "call-2"}
    for row in await store.control.fetch("SELECT variables::text FROM narthex.audit_record"):
        assert "call-" not in row[0] and '"Ada"' in row[0] and '"n": 3' in row[0]


async def test_fields_whose_paths_read_alike_are_told_apart(store: Store) -> None:
    keep = Keep(redact=frozenset({"b", "a.b"}))
    await store.effect(facts_of(variables={"a": {"b": 1}, "a.b": 2}, keep=keep))
    names = await store.control.fetch("SELECT name FROM narthex.audit_value")
    assert len({row["name"] for row in names}) == 3


async def test_many_settle_at_once(store: Store) -> None:
    async def one(number: int) -> None:
        connection = await asyncpg.connect(store.urls.data)
        try:
            for _ in range(20):
                effect = store.effects.envelope(facts_of(), Observation("test"))
                await connection.execute(_SETTLE, effect.text)
                store.effects.done(effect)
        finally:
            await connection.close()

    sealing = asyncio.create_task(store.sealer.run())
    await asyncio.gather(*(one(number) for number in range(8)))
    for _ in range(100):
        if await store.control.fetchval("SELECT count(*) FROM narthex.audit_seal WHERE kind = 'effect'") == 160:
            break
        await asyncio.sleep(0.05)
    sealing.cancel()
    assert (await store.verify()).findings == ()
