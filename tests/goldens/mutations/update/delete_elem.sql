-- update_author
with w1 as (update "public"."author" as t1 set "attrs" = t1."attrs" - $1::int4 where (t1."id") = $2::int4 returning t1."id", t1."name", t1."email", t1."mood", t1."born", t1."rating", t1."active", t1."tags", t1."attrs", t1."mentor_id", t1."created_at"), answer as materialized (
select '{"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"attrs":' || coalesce((t2."attrs")::text, 'null') || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($3::text, a.n, a.j) from answer a

-- update_author, dry run
with w1 as (update "public"."author" as t1 set "attrs" = t1."attrs" - $1::int4 from "public"."author" t2 where t2.ctid = t1.ctid and t2.tableoid = t1.tableoid and (t1."id") = $2::int4 returning t1."id", t1."name", t1."email", t1."mood", t1."born", t1."rating", t1."active", t1."tags", t1."attrs", t1."mentor_id", t1."created_at", t2."id" as "narthex was 0", t2."name" as "narthex was 1", t2."email" as "narthex was 2", t2."mood" as "narthex was 3", t2."born" as "narthex was 4", t2."rating" as "narthex was 5", t2."active" as "narthex was 6", t2."tags" as "narthex was 7", t2."attrs" as "narthex was 8", t2."mentor_id" as "narthex was 9", t2."created_at" as "narthex was 10"), answer as materialized (
select '{"returning":' || (
  select '[' || coalesce(array_to_string((array_agg('{"attrs":' || coalesce((t3."attrs")::text, 'null') || '}'))[:10000], ','), '') || case when count(*) > 10000 then ']␁0␂' else ']' end from w1 t3) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"author","before":' || '{"id":' || (t5."narthex was 0")::text || ',"name":' || to_json(t5."narthex was 1")::text || ',"email":' || coalesce(to_json(t5."narthex was 2")::text, 'null') || ',"mood":' || coalesce(to_json(t5."narthex was 3")::text, 'null') || ',"born":' || coalesce(to_json(t5."narthex was 4")::text, 'null') || ',"rating":' || coalesce(to_json(t5."narthex was 5")::text, 'null') || ',"active":' || (t5."narthex was 6")::text || ',"tags":' || to_json(t5."narthex was 7")::text || ',"attrs":' || coalesce((t5."narthex was 8")::text, 'null') || ',"mentor_id":' || coalesce((t5."narthex was 9")::text, 'null') || ',"created_at":' || to_json(t5."narthex was 10")::text || '}' || ',"after":' || '{"id":' || (t5."id")::text || ',"name":' || to_json(t5."name")::text || ',"email":' || coalesce(to_json(t5."email")::text, 'null') || ',"mood":' || coalesce(to_json(t5."mood")::text, 'null') || ',"born":' || coalesce(to_json(t5."born")::text, 'null') || ',"rating":' || coalesce(to_json(t5."rating")::text, 'null') || ',"active":' || (t5."active")::text || ',"tags":' || to_json(t5."tags")::text || ',"attrs":' || coalesce((t5."attrs")::text, 'null') || ',"mentor_id":' || coalesce((t5."mentor_id")::text, 'null') || ',"created_at":' || to_json(t5."created_at")::text || '}' || '}' as j from w1 t5) a limit 10000) d) from answer a
