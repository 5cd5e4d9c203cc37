select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"strasse":' || coalesce(to_json(t1."straße")::text, 'null') || '}' as j from "public"."größe" t1 where (t1."straße") ~~ $1::text limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || ',"u5024":' || coalesce(to_json(t2."値")::text, 'null') || '}' as j from "public"."日本" t2 limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t3."id")::text || ',"v":' || coalesce(to_json(t3."v")::text, 'null') || '}' as j from "public"."1st table" t3 limit 51) r), 'UTF8')
