"""Tables whose triggers change what was written, before it is written and after."""

from __future__ import annotations

from narthex.errors import Code
from tests.resolvers.sql.conftest import WriterMaker

BEFORE = """
CREATE TABLE note (id int PRIMARY KEY, owner text, body text);
CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN IF new.body = 'steal' THEN new.owner := 'other'; END IF; new.body := upper(new.body); RETURN new; END $$;
CREATE TRIGGER change BEFORE INSERT OR UPDATE ON note FOR EACH ROW EXECUTE FUNCTION change();
"""
AFTER = """
CREATE TABLE note (id int PRIMARY KEY, owner text, body text);
CREATE TABLE keyless (owner text, body text);
CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE public.note SET owner = 'other' WHERE id = new.id AND body = 'steal' AND owner <> 'other';
        RETURN null;
    END $$;
CREATE TRIGGER change AFTER INSERT OR UPDATE ON note FOR EACH ROW EXECUTE FUNCTION change();
CREATE FUNCTION change_keyless() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN UPDATE public.keyless SET owner = 'other' WHERE body = 'steal' AND owner <> 'other'; RETURN null; END $$;
CREATE TRIGGER change AFTER INSERT ON keyless FOR EACH ROW EXECUTE FUNCTION change_keyless();
"""
POLICY = """
* @auth(roles: ["agent"], on: [SELECT, INSERT, UPDATE, DELETE])
* @rows(filter: {owner: {_eq: "me"}}, on: [INSERT, UPDATE])
"""
INSERT = (
    'mutation { insert_note(objects: [{id: 1, owner: "me", body: "%s"}]) { affected_rows returning { owner body } } }'
)


async def test_checks_see_what_triggers_did_before(writer_of: WriterMaker) -> None:
    writer = (await writer_of(BEFORE)).under(POLICY)
    good = await writer.run(INSERT % "a", role="agent")
    assert good.data == {"insert_note": {"affected_rows": 1, "returning": [{"owner": "me", "body": "A"}]}}
    assert good.writes[0].single
    assert (await writer.run(INSERT % "steal", role="agent")).code is Code.FORBIDDEN


async def test_checks_see_what_triggers_did_after(writer_of: WriterMaker) -> None:
    writer = (await writer_of(AFTER)).under(POLICY)
    assert (await writer.run(INSERT % "steal", role="agent")).code is Code.FORBIDDEN
    good = await writer.run(INSERT % "a", role="agent", commit=True)
    assert good.data == {"insert_note": {"affected_rows": 1, "returning": [{"owner": "me", "body": "a"}]}}
    assert not good.writes[0].single
    update = 'mutation { update_note_by_pk(pk_columns: {id: 1}, _set: {body: "%s"}) { body owner } }'
    assert (await writer.run(update % "b", role="agent")).data == {"update_note_by_pk": {"body": "b", "owner": "me"}}
    assert (await writer.run(update % "steal", role="agent")).code is Code.FORBIDDEN


async def test_what_is_returned_is_what_triggers_left(writer_of: WriterMaker) -> None:
    writer = await writer_of(AFTER)
    result = await writer.run(INSERT % "steal")
    assert result.data == {"insert_note": {"affected_rows": 1, "returning": [{"owner": "other", "body": "steal"}]}}


async def test_a_row_without_a_key_that_a_trigger_has_moved_does_not_pass(writer_of: WriterMaker) -> None:
    writer = (await writer_of(AFTER)).under(POLICY)
    insert = 'mutation { insert_keyless(objects: [{owner: "me", body: "%s"}]) { affected_rows returning { owner } } }'
    good = await writer.run(insert % "a", role="agent")
    assert good.data == {"insert_keyless": {"affected_rows": 1, "returning": [{"owner": "me"}]}}, good.error
    assert (await writer.run(insert % "steal", role="agent")).code is Code.FORBIDDEN


SKIPPED = """
CREATE TABLE note (id int PRIMARY KEY, owner text, body text);
CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN IF new.body = 'skip' THEN RETURN null; END IF; RETURN new; END $$;
CREATE TRIGGER skip BEFORE UPDATE ON note FOR EACH ROW EXECUTE FUNCTION skip();
INSERT INTO note VALUES (1, 'me', 'old');
"""
ARMS = """
* @auth(roles: ["agent"], on: [SELECT, INSERT, UPDATE, DELETE])
note @rows(filter: {owner: {_eq: "me"}}, on: [INSERT])
note @rows(filter: {owner: {_in: ["me", "you"]}}, on: [UPDATE])
"""


async def test_a_row_that_a_trigger_left_alone_does_not_lend_its_check_to_the_next(writer_of: WriterMaker) -> None:
    writer = (await writer_of(SKIPPED)).under(ARMS)
    query = """mutation { insert_note(objects: [{id: 1, owner: "you", body: "skip"}, {id: 2, owner: "%s", body: "b"}],
        on_conflict: {constraint: note_pkey, update_columns: [owner, body]}) { affected_rows } }"""
    assert (await writer.run(query % "me", role="agent")).affected == 1
    assert (await writer.run(query % "you", role="agent")).code is Code.FORBIDDEN
    both = query.replace('"skip"', '"changed"')
    assert (await writer.run(both % "me", role="agent")).affected == 2
    assert (await writer.run(both % "you", role="agent")).code is Code.FORBIDDEN
