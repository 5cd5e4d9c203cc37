"""Every kind of tampering is found, with its place, by whoever it was done and past every trigger."""

from __future__ import annotations

import asyncio
import hashlib
from functools import partial

import pytest

from gateway.audit import sequences, verify
from gateway.audit.chain import GENESIS, link
from gateway.audit.records import Keep
from gateway.audit.sealer import Sealer
from gateway.identity.keys import load_keys_from
from narthex.observe import Observation
from narthex.ports import AuditVerification, Severity
from tests.gateway.audit.conftest import Store, facts_of, storing

_EFFECTS = 6


async def filled(store: Store) -> None:
    """Six effects, then two reads, all sealed: positions 1 and 2 are the groups of reads, 3 to 8 the effects."""
    for number in range(_EFFECTS):
        await store.effect(rows=number)
    await store.read()
    await store.read()
    await store.seal()
    assert (await store.verify()).findings == ()


def told(verification: AuditVerification) -> list[tuple[str, int | None, int | None]]:
    return [(found.kind, found.position, found.seq) for found in verification.findings]


def places(verification: AuditVerification, kind: str) -> list[int | None]:
    return [found.position for found in verification.findings if found.kind == kind]


async def position_of(store: Store, seq: int) -> int:
    position: int = await store.control.fetchval(
        "SELECT position FROM narthex.audit_seal WHERE kind = 'effect' AND seq = $1", seq
    )
    return position


@pytest.mark.parametrize(
    "change",
    [
        "rows = 99",
        "record = replace(record::text, 'ada', 'eve')::json",
        "record = replace(record::text, ',', ', ')::json",
        "written_at = written_at - interval '1 microsecond'",
        "mac = decode(repeat('00', 32), 'hex')",
    ],
)
async def test_a_changed_effect(store: Store, change: str) -> None:
    await filled(store)
    await store.tamper(f"UPDATE narthex.audit_effect SET {change} WHERE seq = 4")
    verification = await store.verify()
    assert told(verification) == [("CHANGED", await position_of(store, 4), 4)] and not verification.ok


@pytest.mark.parametrize(
    "change",
    [
        "records = replace(records::text, 'ada', 'eve')::json",
        "sessions = '{other}'",
        "environment = 'production'",
        "to_at = to_at + interval '1 second'",
        "void = '{3}'",
        "effect_writer = writer",
    ],
)
async def test_a_changed_group_of_reads(store: Store, change: str) -> None:
    await filled(store)
    await store.tamper(f"UPDATE narthex.audit_group SET {change} WHERE first_seq = 2")
    verification = await store.verify()
    assert ("CHANGED", 2, 2) in told(verification) and not verification.ok


async def test_a_missing_effect(store: Store) -> None:
    await filled(store)
    await store.tamper("DELETE FROM narthex.audit_effect WHERE seq = 3")
    assert told(await store.verify()) == [("MISSING", await position_of(store, 3), 3)]


async def test_a_missing_group_of_reads(store: Store) -> None:
    await filled(store)
    await store.tamper("DELETE FROM narthex.audit_group WHERE first_seq = 1")
    assert told(await store.verify()) == [("MISSING", 1, 1)]


async def test_records_that_changed_places(store: Store) -> None:
    await filled(store)
    await store.tamper(
        "UPDATE narthex.audit_effect SET seq = -seq WHERE seq IN (2, 5)",
        "UPDATE narthex.audit_effect SET seq = 7 + seq WHERE seq IN (-2, -5)",
    )
    verification = await store.verify()
    assert told(verification) == [
        ("REORDERED", await position_of(store, 2), 2),
        ("REORDERED", await position_of(store, 5), 5),
    ]


@pytest.mark.parametrize(("one", "other"), [(4, 5), (3, 7), (1, 8)])
async def test_links_that_changed_places(store: Store, one: int, other: int) -> None:
    await filled(store)
    await store.tamper(
        f"UPDATE narthex.audit_seal SET position = -position WHERE position IN ({one}, {other})",
        f"UPDATE narthex.audit_seal SET position = {one + other} + position WHERE position IN (-{one}, -{other})",
    )
    assert places(await store.verify(), "REORDERED") == [one, other]


async def test_a_changed_link(store: Store) -> None:
    await filled(store)
    await store.tamper("UPDATE narthex.audit_seal SET hash = sha256('x') WHERE position = 5")
    assert places(await store.verify(), "CHANGED") == [5, 6]


async def test_a_missing_link(store: Store) -> None:
    await filled(store)
    await store.tamper("DELETE FROM narthex.audit_seal WHERE position IN (4, 5)")
    verification = await store.verify()
    assert ("MISSING", 4, None) in told(verification) and "4 to 5" in verification.findings[0].message


async def test_a_tail_that_was_cut_off(store: Store) -> None:
    """Records, links and checkpoints, all of them: what the writers said of themselves is still there."""
    await filled(store)
    await store.tamper(
        "DELETE FROM narthex.audit_effect WHERE seq > 4",
        "DELETE FROM narthex.audit_seal WHERE position > 6",
        "DELETE FROM narthex.audit_checkpoint",
    )
    verification = await store.verify()
    assert told(verification) == [("TRUNCATED", 7, 5)] and verification.position == 6


async def test_links_that_were_cut_off(store: Store) -> None:
    await filled(store)
    await store.tamper("DELETE FROM narthex.audit_seal WHERE position > 6")
    found = told(await store.verify())
    assert ("TRUNCATED", 7, None) in found, "the checkpoint knows"
    assert {("TRUNCATED", 7, 5), ("TRUNCATED", 7, 6)} <= set(found)


async def test_a_hash_that_was_kept_elsewhere(store: Store) -> None:
    """Whoever can rewrite everything, keys and all, cannot rewrite what is out of reach."""
    await filled(store)
    kept = await store.verify()
    anchor = kept.position, kept.hash
    await store.effect()
    await store.seal()
    assert (await store.verify(anchor=anchor)).findings == ()
    assert places(await store.verify(anchor=(kept.position, "0" * 64)), "CHANGED") == [kept.position]
    assert places(await store.verify(anchor=(99, kept.hash)), "TRUNCATED") == [99]


async def rewrite_chain(store: Store) -> None:
    """As an attacker who knows how links are made."""
    hash_, statements = GENESIS, []
    for row in await store.control.fetch("SELECT * FROM narthex.audit_seal ORDER BY position"):
        hash_ = link(hash_, row["position"], row["kind"], row["writer"], row["seq"], row["digest"])
        statements.append(
            f"UPDATE narthex.audit_seal SET hash = decode('{hash_.hex()}', 'hex') WHERE position = {row['position']}"
        )
    await store.tamper(*statements)


async def test_a_chain_that_was_made_anew(store: Store) -> None:
    await filled(store)
    effect = await store.control.fetchrow("SELECT * FROM narthex.audit_effect WHERE seq = 2")
    forged = effect["record"].replace("ada", "eve")
    head = f"{effect['mac'].hex()} {int(effect['written_at'].timestamp() * 1_000_000)} {effect['rows']}\n"
    digest = hashlib.sha256((head + forged).encode()).hexdigest()
    await store.tamper(
        "UPDATE narthex.audit_effect SET record = replace(record::text, 'ada', 'eve')::json WHERE seq = 2",
        f"UPDATE narthex.audit_seal SET digest = decode('{digest}', 'hex') WHERE kind = 'effect' AND seq = 2",
    )
    await rewrite_chain(store)
    found = told(await store.verify())
    position = await position_of(store, 2)
    assert ("INSERTED", position, 2) in found, "it has not the key of the writer"
    assert ("CHANGED", 8, None) in found, "the checkpoint signed another chain"


async def test_a_checkpoint_that_was_forged(store: Store) -> None:
    await filled(store)
    await store.tamper("UPDATE narthex.audit_checkpoint SET hash = sha256('x')")
    assert set(told(await store.verify())) == {("CHANGED", 8, None)}
    await store.tamper("UPDATE narthex.audit_checkpoint SET kid = 'mine'")
    assert any("signature" in found.message for found in (await store.verify()).findings)


async def test_the_key_of_a_checkpoint_may_be_forgotten(store: Store) -> None:
    await filled(store)
    await store.tamper("DELETE FROM narthex.signing_key")
    verification = await store.verify()
    assert told(verification) == [("UNKNOWN_KEY", 8, None)] and verification.ok


async def test_a_record_that_was_put_in(store: Store) -> None:
    await filled(store)
    await store.tamper(
        "INSERT INTO narthex.audit_effect (writer, seq, rows, record, mac) "
        "SELECT writer, 7, 1, record, mac FROM narthex.audit_effect WHERE seq = 6",
        "INSERT INTO narthex.audit_effect (writer, seq, rows, record, mac) "
        "SELECT gen_random_uuid(), 1, 1, record, mac FROM narthex.audit_effect WHERE seq = 6",
        "INSERT INTO narthex.audit_group "
        "(writer, first_seq, last_seq, environment, from_at, to_at, sessions, records, mac) "
        "SELECT writer, 3, 3, environment, from_at, to_at, sessions, records, mac "
        "FROM narthex.audit_group WHERE first_seq = 2",
    )
    before = await store.verify()
    assert sorted(found.seq or 0 for found in before.findings if found.kind == "INSERTED") == [1, 3, 7]
    await store.seal()
    after = await store.verify()
    assert places(after, "REJECTED") == [None, None] and after.rejected == 2
    assert [found.seq for found in after.findings if found.kind == "INSERTED"] == [1], "its writer is unknown"
    assert after.position == 8 and store.sealer.sealed == 8


async def test_a_record_that_was_put_in_with_its_link(store: Store) -> None:
    await filled(store)
    last = await store.control.fetchrow("SELECT * FROM narthex.audit_seal ORDER BY position DESC LIMIT 1")
    digest = hashlib.sha256(b"any").digest()
    hash_ = link(last["hash"], 9, "effect", last["writer"], 7, digest)
    await store.tamper(
        "INSERT INTO narthex.audit_effect (writer, seq, rows, record, mac) "
        "SELECT writer, 7, 1, record, mac FROM narthex.audit_effect WHERE seq = 6",
        "UPDATE narthex.writer SET sealed = 7 WHERE kind = 'effect'",
        "INSERT INTO narthex.audit_seal (position, kind, writer, seq, digest, hash) VALUES "
        f"(9, 'effect', '{last['writer']}', 7, decode('{digest.hex()}', 'hex'), decode('{hash_.hex()}', 'hex'))",
    )
    assert told(await store.verify()) == [("CHANGED", 9, 7)]


async def test_an_effect_that_was_told_not_to_have_happened(store: Store) -> None:
    effect = await store.effect()
    store.effects.failed(effect)
    await store.read()
    await store.seal()
    (found,) = (await store.verify()).findings
    assert (found.kind, found.position, found.seq) == ("INSERTED", 2, effect.number)


# Documents and values


async def test_the_text_of_a_document(store: Store) -> None:
    await filled(store)
    await store.tamper("UPDATE narthex.document SET text = replace(text, 'name', 'price')")
    assert ("CHANGED", 3, 1) in told(await store.verify())
    await store.tamper("DELETE FROM narthex.document")
    assert ("MISSING", 3, 1) in told(await store.verify())


async def test_redaction_keeps_the_chain_true(store: Store) -> None:
    keep = Keep(redact=frozenset({"name"}))
    await store.effect(facts_of(keep=keep))
    await store.read(facts_of(keep=keep))
    await store.seal()
    for writer in (store.effects.writer.id, store.auditor.writer.id):
        for name, there in (("name", True), ("name", False), ("nothing", False)):
            redacted = await store.control.fetchval("SELECT narthex.redact($1, 1, $2)", writer, name)
            assert redacted is there
    assert (await store.verify()).findings == ()
    left = await store.control.fetch("SELECT value, salt FROM narthex.audit_value WHERE name = 'name'")
    assert [(row["value"], row["salt"]) for row in left] == [(None, None)] * 2
    found = await store.control.fetchval(
        "SELECT count(*) FROM narthex.audit_record WHERE variables -> 'name' -> '$redactable' IS NOT NULL"
    )
    assert found == 2


async def test_values_that_were_changed_or_taken_otherwise(store: Store) -> None:
    keep = Keep(redact=frozenset({"name"}))
    await store.effect(facts_of(keep=keep))
    await store.effect(facts_of(keep=keep))
    await store.seal()
    await store.tamper(
        "UPDATE narthex.audit_value SET value = '\"other\"' WHERE seq = 1 AND name = 'name'",
        "DELETE FROM narthex.audit_value WHERE seq = 2 AND name = 'name'",
    )
    found = told(await store.verify())
    assert ("CHANGED", 1, 1) in found and ("MISSING", 2, 2) in found


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE narthex.audit_value SET value = 'x'",
        "UPDATE narthex.audit_value SET name = 'x'",
        "DELETE FROM narthex.audit_value",
        "UPDATE narthex.audit_effect SET rows = 1",
        "DELETE FROM narthex.audit_effect",
        "TRUNCATE narthex.audit_group",
        "UPDATE narthex.audit_seal SET position = 5",
        "DELETE FROM narthex.audit_checkpoint",
        "DELETE FROM narthex.audit_rejected",
        "DELETE FROM narthex.writer",
    ],
)
async def test_the_control_role_changes_nothing_by_mistake(store: Store, change: str) -> None:
    await store.effect(facts_of(keep=Keep(redact=frozenset({"name"}))))
    await store.seal()
    with pytest.raises(Exception, match=r"append-only|redacted"):
        await store.control.execute(change)


# Sequences and the tail


async def test_a_gap_that_nobody_explains(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await store.effect()
    store.effects.envelope(facts_of(), Observation("test"))
    await store.effect()
    assert (await store.verify()).findings == (), "it may be under way"
    monkeypatch.setattr(sequences, "_UNDER_WAY", sequences._UNDER_WAY * 0)
    await asyncio.sleep(0.01)
    assert told(await store.verify()) == [("MISSING", None, 2)]


async def test_the_end_of_a_writer_leaves_nothing_under_way(store: Store) -> None:
    await store.effect()
    store.effects.envelope(facts_of(), Observation("test"))
    await store.effects.stop()
    await store.seal()
    assert told(await store.verify()) == [("MISSING", None, 2)]


async def test_a_crash_leaves_gaps_with_a_warning(store: Store) -> None:
    await store.effect()
    store.effects.envelope(facts_of(), Observation("test"))
    await store.effect()
    store.effects.envelope(facts_of(), Observation("test"))
    await store.effects.start()  # a sign of life
    await store.seal()
    await store.tamper("UPDATE narthex.writer SET seen_at = seen_at - interval '1 minute'")
    verification = await store.verify()
    assert told(verification) == [("GAP", None, 2), ("GAP", None, 4)]
    assert verification.ok and {found.severity for found in verification.findings} == {Severity.WARNING}


async def test_the_unsealed_tail_is_counted(store: Store) -> None:
    await filled(store)
    await store.effect()
    await store.read()
    verification = await store.verify()
    assert (verification.unsealed, verification.records, verification.ok) == (2, 8, True)
    await store.tamper("UPDATE narthex.audit_effect SET written_at = now() - interval '5 minutes' WHERE seq = 7")
    assert told(await store.verify()) == [("UNSEALED", None, None)]


async def test_verifying_from_a_place_on(store: Store) -> None:
    await filled(store)
    await store.tamper(
        "UPDATE narthex.audit_effect SET rows = 99 WHERE seq = 1",
        "UPDATE narthex.audit_effect SET rows = 99 WHERE seq = 5",
    )
    assert places(await store.verify(since=6), "CHANGED") == [7]
    assert (await store.verify(since=6)).records == 3


async def test_much_that_is_wrong_is_not_told_without_end(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "_MOST", 3)
    monkeypatch.setattr(verify, "_BATCH", 2)
    await filled(store)
    await store.tamper("UPDATE narthex.audit_effect SET rows = 99")
    verification = await store.verify()
    assert len(verification.findings) < 8 and any("later places" in found.message for found in verification.findings)


# Sealing


async def test_two_gateways_and_their_sealers(store: Store) -> None:
    """Each seals what both have written; the chain is one."""
    async with storing(store.urls) as other:
        tasks = [asyncio.create_task(each.sealer.run()) for each in (store, other)]
        for _ in range(15):
            await asyncio.gather(store.effect(), other.effect(), store.read(), other.read())
        tasks[0].cancel()
        for _ in range(5):
            await store.effect()
        await _settled(other)
        assert other.sealer.sealed > 0 and (await store.verify()).findings == ()
        tasks[1].cancel()
        await store.effect()
        again = asyncio.create_task(store.sealer.run())
        await _settled(store)
        again.cancel()
    verification = await store.verify()
    assert verification.findings == () and verification.unsealed == 0 and verification.records == 66


async def _settled(store: Store) -> None:
    for _ in range(200):
        if (await store.verify()).unsealed == 0:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("not sealed")


async def test_only_one_seals_at_a_time(store: Store) -> None:
    await store.effect()
    async with store.control.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(7957137449)")
        assert await store.sealer.seal() is False and store.sealer.sealed == 0
    await store.seal()
    assert store.sealer.sealed == 1


async def test_late_records_are_sealed_when_they_come(store: Store) -> None:
    slow = store.effects.envelope(facts_of(), Observation("test"))
    await store.effect()
    await store.seal()
    assert await store.control.fetchval("SELECT seq FROM narthex.audit_gap") == slow.number
    await store.settle(slow)
    assert (await store.verify()).unsealed == 1
    await store.seal()
    assert await store.control.fetchval("SELECT count(*) FROM narthex.audit_gap") == 0
    assert (await store.verify()).findings == () and await position_of(store, slow.number) == 2


async def test_checkpoints_are_signed_now_and_then(store: Store) -> None:
    await store.effect()
    await store.seal()
    await store.effect()
    await store.seal()
    sealer = Sealer(store.control, partial(load_keys_from, store.control))
    await sealer.seal()
    positions = await store.control.fetch("SELECT position FROM narthex.audit_checkpoint ORDER BY 1")
    assert [row["position"] for row in positions] == [1, 2], "one at once, one by the next leader"
    assert (await store.verify()).findings == ()


async def test_batches_are_sealed_one_after_the_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.audit.sealer._BATCH", 2)
    for _ in range(7):
        await store.effect()
    assert await store.sealer.seal() is True
    await store.seal()
    assert (await store.verify()).position == 7


async def test_what_is_sealed_and_what_waits_shows(store: Store) -> None:
    await store.effect()
    await store.read()
    await store.sealer._look()
    assert store.sealer.unsealed == 2 and store.sealer.lag_s > 0
    await store.seal()
    await store.sealer._look()
    assert (store.sealer.unsealed, store.sealer.lag_s, store.sealer.rejected) == (0, 0, 0)


async def test_records_of_before_writers_had_keys(store: Store) -> None:
    """Groups of an earlier version, whose writer the migration has registered without a key."""
    await store.tamper(
        "INSERT INTO narthex.writer (writer, kind, environment, issued) "
        "VALUES ('00000000-0000-0000-0000-000000000001', 'read', 'sandbox', 1)",
        "INSERT INTO narthex.audit_group (writer, first_seq, last_seq, environment, from_at, to_at, sessions, records) "
        "VALUES ('00000000-0000-0000-0000-000000000001', 1, 1, 'sandbox', now(), now(), '{s}', '[[0, \"http\"]]')",
    )
    await store.seal()
    assert (await store.verify()).findings == ()
