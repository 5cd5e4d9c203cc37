select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
    select '{"customer_id":' || (t1."customer_id")::text || '}' as j from "public"."customer" t1 where $2::bool and (t1."support_rep_id") = $1::int4 limit 6) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁1␂' else ']' end from (
    select '{"artist_id":' || (t2."artist_id")::text || '}' as j from "public"."artist" t2 where (t2."artist_id") = $3::int4 limit 6) r), 'UTF8')
