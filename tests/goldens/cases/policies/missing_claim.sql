select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
    select '{"customer_id":' || (t1."customer_id")::text || '}' as j from "public"."customer" t1 where $2::bool and (t1."support_rep_id") = $1::int4 limit 6) r), 'UTF8'), convert_to((
  select '{"aggregate":{"count":' || count(*)::text || '}}' from "public"."invoice" t2 where $3::bool and exists (
    select 1 from "public"."customer" t3 where (t3."customer_id" = t2."customer_id" and (t3."support_rep_id") = $1::int4))), 'UTF8'), convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"album_id":' || (t4."album_id")::text || '}' as j from "public"."album" t4 where not ((t4."title") ~~* $4::text) order by t4."album_id" asc nulls last limit 2) q limit $5::int8) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁1␂' else ']' end from (
    select '{"genre_id":' || (t5."genre_id")::text || '}' as j from "public"."genre" t5 where $8::bool and ((t5."name") = any($6::text[]) or exists (
      select 1 from "public"."employee" t6 where (t6."employee_id") = $7::int4)) limit 6) r), 'UTF8')
