select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"code":' || to_json(t1."code")::text || '}' as j from "public"."country" t1 where (t1."code") = $1::text::"pg_catalog"."bpchar" limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"country_code":' || to_json(t2."country_code")::text || ',"code":' || to_json(t2."code")::text || '}' as j from "public"."region" t2 where (t2."country_code") = any($2::text[]::"pg_catalog"."bpchar"[]) order by t2."country_code" asc nulls last, t2."code" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"color":' || coalesce(to_json(t3."color")::text, 'null') || '}' as j from "public"."tag" t3 where ((t3."color")::text) ~~ $3::text order by t3."name" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"name":' || to_json(t4."name")::text || '}' as j from "public"."tag" t4 where ((t4."color")::text) ~~* $4::text limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"slug":' || to_json(t5."slug")::text || '}' as j from "public"."articles" t5 where (t5."slug") = any($5::text[]) order by t5."id" asc nulls last limit 51) r), 'UTF8')
