select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || '}' as j from "public"."author" t1 where (
      select count(*) from "public"."articles" t2 where t2."author_id" = t1."id") > $1::int8 order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t3."id")::text || '}' as j from "public"."author" t3 where (
      select count(*) from "public"."articles" t4 where t4."author_id" = t3."id") = $2::int8 order by t3."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t5."id")::text || '}' as j from "public"."author" t5 where (
      select count(*) from "public"."articles" t6 where (t6."author_id" = t5."id" and (t6."status") = $3::text::"public"."article_status")) >= $4::int8 order by t5."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"id":' || (t7."id")::text || '}' as j from "public"."author" t7 where (
      select count(t8."price") from "public"."articles" t8 where t8."author_id" = t7."id") = $5::int8 order by t7."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"id":' || (t9."id")::text || '}' as j from "public"."team" t9 where (
      select count(distinct t10."home_goals") from "public"."match" t10 where t10."home_team_id" = t9."id") = any($6::int8[]) order by t9."id" asc nulls last limit 51) r), 'UTF8')
