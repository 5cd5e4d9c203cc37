-- What was used in a window, by counter. A counter is a hash of the policy line and of whose use it counts. Quotas count
-- in windows that begin at multiples of their length since the epoch; rates look back over the window before as well.
CREATE TABLE narthex.usage_window (
    counter bytea NOT NULL,
    window_start timestamptz NOT NULL,
    used bigint NOT NULL,
    ends_at timestamptz NOT NULL,
    PRIMARY KEY (counter, window_start)
) WITH (fillfactor = 50);

CREATE INDEX usage_window_ends ON narthex.usage_window (ends_at);

-- How full each counter is, in the order in which they are named. With `take` all amounts are counted if every one of
-- them fits, else none; counters are locked in one order, so that operations never wait for one another in a circle.
CREATE FUNCTION narthex.count_uses(
    counters bytea[], amounts bigint[], limits bigint[], windows integer[], sliding boolean[], take boolean
) RETURNS TABLE (place bigint, fits boolean, previous bigint, used bigint, elapsed double precision, started timestamptz)
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    AS $$
        #variable_conflict use_column
        DECLARE
            moment double precision := extract(epoch FROM clock_timestamp());
        BEGIN
            IF take THEN
                INSERT INTO narthex.usage_window (counter, window_start, used, ends_at)
                SELECT n.counter, to_timestamp(floor(moment / n.length) * n.length), 0,
                       to_timestamp((floor(moment / n.length) + 2) * n.length)
                FROM unnest(counters, windows) AS n (counter, length) ORDER BY n.counter
                ON CONFLICT DO NOTHING;
                PERFORM 1
                FROM narthex.usage_window w
                JOIN unnest(counters, windows) AS n (counter, length)
                    ON w.counter = n.counter AND w.window_start = to_timestamp(floor(moment / n.length) * n.length)
                ORDER BY w.counter FOR UPDATE OF w;
            END IF;
            RETURN QUERY
                WITH standing AS (
                    SELECT n.place, n.counter, n.amount, n.most, s.started, moment - extract(epoch FROM s.started) AS elapsed,
                           coalesce(now.used, 0) AS used,
                           CASE WHEN n.slides THEN coalesce(before.used, 0) ELSE 0 END AS previous,
                           n.length
                    FROM unnest(counters, amounts, limits, windows, sliding) WITH ORDINALITY
                        AS n (counter, amount, most, length, slides, place)
                    CROSS JOIN LATERAL (SELECT to_timestamp(floor(moment / n.length) * n.length) AS started) s
                    LEFT JOIN narthex.usage_window now
                        ON now.counter = n.counter AND now.window_start = s.started
                    LEFT JOIN narthex.usage_window before
                        ON before.counter = n.counter
                        AND before.window_start = s.started - make_interval(secs => n.length)
                ),
                judged AS (
                    SELECT s.*, s.used + floor(s.previous * (1 - s.elapsed / s.length)) + s.amount <= s.most AS fits
                    FROM standing s
                ),
                taken AS (
                    UPDATE narthex.usage_window w SET used = w.used + j.amount
                    FROM judged j
                    WHERE take AND (SELECT bool_and(all_of.fits) FROM judged all_of)
                        AND w.counter = j.counter AND w.window_start = j.started
                )
                SELECT j.place, j.fits, j.previous, j.used, j.elapsed::double precision, j.started
                FROM judged j ORDER BY j.place;
        END
    $$;

REVOKE ALL ON FUNCTION narthex.count_uses(bytea[], bigint[], bigint[], integer[], boolean[], boolean) FROM PUBLIC;

-- Answers of effects by idempotency key, written in the transaction of the effect. `scope` is a hash of who, where and
-- the key, `fingerprint` one of what was asked.
CREATE TABLE narthex.idempotency (
    scope bytea PRIMARY KEY,
    fingerprint bytea NOT NULL,
    answer text NOT NULL,
    kept_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL
);

CREATE INDEX idempotency_expires ON narthex.idempotency (expires_at);

-- Keeps the answer to a key; narthex.settle calls it. Where an answer is kept already, the effect is a duplicate and
-- must not happen: the error undoes its transaction. `root` is the response key of an answer that is one root's alone.
CREATE FUNCTION narthex.keep_answer(given json, answer text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
        BEGIN
            INSERT INTO narthex.idempotency AS kept (scope, fingerprint, answer, expires_at)
            VALUES (
                decode(given ->> 'scope', 'hex'),
                decode(given ->> 'fingerprint', 'hex'),
                CASE
                    WHEN given ->> 'root' IS NULL THEN coalesce(answer, 'null')
                    ELSE '{' || (given ->> 'root') || coalesce(answer, 'null') || '}'
                END,
                (given ->> 'expires')::timestamptz
            )
            ON CONFLICT (scope) DO UPDATE
                SET fingerprint = excluded.fingerprint, answer = excluded.answer, kept_at = excluded.kept_at,
                    expires_at = excluded.expires_at
                WHERE kept.expires_at <= clock_timestamp();
            IF NOT FOUND THEN
                RAISE EXCEPTION USING ERRCODE = 'NX002', MESSAGE = 'the idempotency key has been used';
            END IF;
        END
    $$;

REVOKE ALL ON FUNCTION narthex.keep_answer(json, text) FROM PUBLIC;
