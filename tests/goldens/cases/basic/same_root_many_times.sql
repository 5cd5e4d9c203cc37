select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁0␂' else ']' end from (
    select '{"name":' || coalesce(to_json(t1."name")::text, 'null') || '}' as j from "public"."artist" t1 where (t1."artist_id") = $1::int4 limit 6) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁1␂' else ']' end from (
    select '{"name":' || coalesce(to_json(t2."name")::text, 'null') || '}' as j from "public"."artist" t2 where (t2."artist_id") = $2::int4 limit 6) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:5], ','), '') || case when count(*) > 5 then ']␁2␂' else ']' end from (
    select '{"name":' || coalesce(to_json(t3."name")::text, 'null') || '}' as j from "public"."artist" t3 where (t3."artist_id") = $3::int4 limit 6) r), 'UTF8'), convert_to((
  select '{"aggregate":{"count":' || count(*)::text || '}}' from "public"."artist" t4), 'UTF8')
