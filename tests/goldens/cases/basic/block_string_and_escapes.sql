select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || '}' as j from "public"."phrase" t1 where (t1."body") = $1::text limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || '}' as j from "public"."phrase" t2 where (t2."body") = $2::text limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t3."id")::text || '}' as j from "public"."phrase" t3 where (t3."body") = $3::text limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"id":' || (t4."id")::text || '}' as j from "public"."phrase" t4 where (t4."body") = $4::text limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"id":' || (t5."id")::text || ',"body":' || coalesce(to_json(t5."body")::text, 'null') || ',"code":' || coalesce(to_json(t5."code")::text, 'null') || '}' as j from "public"."phrase" t5 where (t5."code") = $5::text limit 51) r), 'UTF8')
