-- update_author
with w1 as (update "public"."author" as t1 set "email" = $1::text where (t1."id") = $2::int4 returning t1."id", t1."name", t1."email", t1."mood", t1."born", t1."rating", t1."active", t1."tags", t1."attrs", t1."mentor_id", t1."created_at"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($3::text, a.n, a.j) from answer a

-- update_author, dry run
with w1 as (update "public"."author" as t1 set "email" = $1::text from "public"."author" t2 where t2.ctid = t1.ctid and t2.tableoid = t1.tableoid and (t1."id") = $2::int4 returning t1."id", t1."name", t1."email", t1."mood", t1."born", t1."rating", t1."active", t1."tags", t1."attrs", t1."mentor_id", t1."created_at", t2."id" as "narthex was 0", t2."name" as "narthex was 1", t2."email" as "narthex was 2", t2."mood" as "narthex was 3", t2."born" as "narthex was 4", t2."rating" as "narthex was 5", t2."active" as "narthex was 6", t2."tags" as "narthex was 7", t2."attrs" as "narthex was 8", t2."mentor_id" as "narthex was 9", t2."created_at" as "narthex was 10"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"author","before":' || '{"id":' || (t4."narthex was 0")::text || ',"name":' || to_json(t4."narthex was 1")::text || ',"email":' || coalesce(to_json(t4."narthex was 2")::text, 'null') || ',"mood":' || coalesce(to_json(t4."narthex was 3")::text, 'null') || ',"born":' || coalesce(to_json(t4."narthex was 4")::text, 'null') || ',"rating":' || coalesce(to_json(t4."narthex was 5")::text, 'null') || ',"active":' || (t4."narthex was 6")::text || ',"tags":' || to_json(t4."narthex was 7")::text || ',"attrs":' || coalesce((t4."narthex was 8")::text, 'null') || ',"mentor_id":' || coalesce((t4."narthex was 9")::text, 'null') || ',"created_at":' || to_json(t4."narthex was 10")::text || '}' || ',"after":' || '{"id":' || (t4."id")::text || ',"name":' || to_json(t4."name")::text || ',"email":' || coalesce(to_json(t4."email")::text, 'null') || ',"mood":' || coalesce(to_json(t4."mood")::text, 'null') || ',"born":' || coalesce(to_json(t4."born")::text, 'null') || ',"rating":' || coalesce(to_json(t4."rating")::text, 'null') || ',"active":' || (t4."active")::text || ',"tags":' || to_json(t4."tags")::text || ',"attrs":' || coalesce((t4."attrs")::text, 'null') || ',"mentor_id":' || coalesce((t4."mentor_id")::text, 'null') || ',"created_at":' || to_json(t4."created_at")::text || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
