-- insert_Mixed_Case_one
with w1 as (insert into "public"."Mixed Case" as t1 ("Id", "With Space", "2nd", "größe", "quo""te") values ($1::int4, $2::text, $3::int4, $4::text::"pg_catalog"."numeric", $5::text) returning t1."Id", t1."camelCase", t1."With Space", t1."with-dash", t1."a b", t1."a_b", t1."a-b", t1."2nd", t1."größe", t1."名前", t1."per%cent", t1."quo""te", t1."back\slash", t1."semi;colon", t1."apo'strophe", t1."dollar$1", t1."😀"), answer as materialized (
select (
  select '{"Id":' || (t2."Id")::text || ',"With_Space":' || coalesce(to_json(t2."With Space")::text, 'null') || ',"_2nd":' || coalesce((t2."2nd")::text, 'null') || ',"grosse":' || coalesce(to_json(t2."größe")::text, 'null') || ',"quo_te":' || coalesce(to_json(t2."quo""te")::text, 'null') || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($6::text, a.n, a.j) from answer a

-- insert_Mixed_Case_one, dry run
with w1 as (insert into "public"."Mixed Case" as t1 ("Id", "With Space", "2nd", "größe", "quo""te") values ($1::int4, $2::text, $3::int4, $4::text::"pg_catalog"."numeric", $5::text) returning t1."Id", t1."camelCase", t1."With Space", t1."with-dash", t1."a b", t1."a_b", t1."a-b", t1."2nd", t1."größe", t1."名前", t1."per%cent", t1."quo""te", t1."back\slash", t1."semi;colon", t1."apo'strophe", t1."dollar$1", t1."😀"), answer as materialized (
select (
  select '{"Id":' || (t2."Id")::text || ',"With_Space":' || coalesce(to_json(t2."With Space")::text, 'null') || ',"_2nd":' || coalesce((t2."2nd")::text, 'null') || ',"grosse":' || coalesce(to_json(t2."größe")::text, 'null') || ',"quo_te":' || coalesce(to_json(t2."quo""te")::text, 'null') || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"Mixed_Case","before":' || 'null' || ',"after":' || '{"Id":' || (t4."Id")::text || ',"camelCase":' || coalesce(to_json(t4."camelCase")::text, 'null') || ',"With_Space":' || coalesce(to_json(t4."With Space")::text, 'null') || ',"with_dash":' || coalesce(to_json(t4."with-dash")::text, 'null') || ',"a_b_e998ad":' || coalesce((t4."a b")::text, 'null') || ',"a_b":' || coalesce((t4."a_b")::text, 'null') || ',"a_b_b553ae":' || coalesce((t4."a-b")::text, 'null') || ',"_2nd":' || coalesce((t4."2nd")::text, 'null') || ',"grosse":' || coalesce(to_json(t4."größe")::text, 'null') || ',"u540du524d":' || coalesce(to_json(t4."名前")::text, 'null') || ',"per_cent":' || coalesce(to_json(t4."per%cent")::text, 'null') || ',"quo_te":' || coalesce(to_json(t4."quo""te")::text, 'null') || ',"back_slash":' || coalesce(to_json(t4."back\slash")::text, 'null') || ',"semi_colon":' || coalesce(to_json(t4."semi;colon")::text, 'null') || ',"apo_strophe":' || coalesce(to_json(t4."apo'strophe")::text, 'null') || ',"dollar_1":' || coalesce(to_json(t4."dollar$1")::text, 'null') || ',"u1f600":' || coalesce(to_json(t4."😀")::text, 'null') || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
