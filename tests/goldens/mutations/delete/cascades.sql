-- delete_profile
with w1 as (delete from "public"."profile" as t1 where (t1."author_id") = $1::int4 returning t1."author_id", t1."bio", t1."avatar", t1."website"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($2::text, a.n, a.j) from answer a

-- delete_profile, dry run
with w1 as (delete from "public"."profile" as t1 where (t1."author_id") = $1::int4 returning t1."author_id", t1."bio", t1."avatar", t1."website"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"profile","before":' || '{"author_id":' || (t2."author_id")::text || ',"bio":' || coalesce(to_json(t2."bio")::text, 'null') || ',"avatar":' || coalesce(to_json(t2."avatar")::text, 'null') || ',"website":' || coalesce(to_json(t2."website")::text, 'null') || '}' || ',"after":' || 'null' || '}' as j from w1 t2) a limit 10000) d) from answer a

-- delete_shop_order
with w1 as (delete from "shop"."order" as t1 returning t1."id", t1."placed_at", t1."note"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($1::text, a.n, a.j) from answer a

-- delete_shop_order, dry run
with w1 as (delete from "shop"."order" as t1 returning t1."id", t1."placed_at", t1."note"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"shop_order","before":' || '{"id":' || (t2."id")::text || ',"placed_at":' || to_json(t2."placed_at")::text || ',"note":' || coalesce(to_json(t2."note")::text, 'null') || '}' || ',"after":' || 'null' || '}' as j from w1 t2) a limit 10000) d) from answer a
