select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || '}' as j from "public"."author" t1 where (t1."tags") = $1::text[] limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || ',"tags":' || to_json(t2."tags")::text || '}' as j from "public"."author" t2 where (t2."tags") @> $2::text[] order by t2."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t3."id")::text || ',"tags":' || to_json(t3."tags")::text || '}' as j from "public"."author" t3 where (t3."tags") <@ $3::text[] order by t3."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"id":' || (t4."id")::text || '}' as j from "public"."author" t4 where (t4."tags") @> $4::text[] order by t4."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"id":' || (t5."id")::text || ',"c_int":' || coalesce(to_json(t5."c_int")::text, 'null') || '}' as j from "public"."array_types" t5 where (t5."c_int") > $5::int4[] order by t5."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁5␂' else ']' end from (
    select '{"id":' || (t6."id")::text || ',"tags":' || to_json(t6."tags")::text || '}' as j from "public"."author" t6 where (t6."tags") = any(
      select item::"pg_catalog"."text"[] from unnest($6::text[]) item) order by t6."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁6␂' else ']' end from (
    select '{"id":' || (t7."id")::text || ',"c_bigint":' || to_json(t7."c_bigint")::text || '}' as j from "public"."array_types" t7 where (t7."c_bigint") @> $7::int8[] limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁7␂' else ']' end from (
    select '{"id":' || (t8."id")::text || ',"c_enum":' || coalesce(to_json(t8."c_enum")::text, 'null') || '}' as j from "public"."array_types" t8 where (t8."c_enum") @> $8::text[]::"public"."mood"[] limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁8␂' else ']' end from (
    select '{"id":' || (t9."id")::text || '}' as j from "public"."array_types" t9 where (t9."c_varchar") @> $9::text[]::"pg_catalog"."varchar"[] limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁9␂' else ']' end from (
    select '{"id":' || (t10."id")::text || '}' as j from "public"."author" t10 where (t10."tags") @> $10::text[] order by t10."id" asc nulls last limit 51) r), 'UTF8')
