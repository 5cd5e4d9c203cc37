select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"body":' || coalesce((t1."body")::text, 'null') || '}' as j from "public"."document" t1 where (t1."body") @> $1::text::"pg_catalog"."jsonb" order by t1."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || ',"body":' || coalesce((t2."body")::text, 'null') || '}' as j from "public"."document" t2 where (t2."body") <@ $2::text::"pg_catalog"."jsonb" order by t2."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t3."id")::text || ',"body":' || coalesce((t3."body")::text, 'null') || '}' as j from "public"."document" t3 where (t3."body") @> $3::text::"pg_catalog"."jsonb" order by t3."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"id":' || (t4."id")::text || '}' as j from "public"."document" t4 where (t4."body") @> $4::text::"pg_catalog"."jsonb" order by t4."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"id":' || (t5."id")::text || ',"meta":' || (t5."meta")::text || '}' as j from "public"."articles" t5 where (t5."meta") @> $5::text::"pg_catalog"."jsonb" order by t5."id" asc nulls last limit 51) r), 'UTF8')
