select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || '}' as j from "public"."odd_types" t1 where (t1."c_inet") = $1::text::"pg_catalog"."inet" limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || ',"c_int4range":' || coalesce(to_json(t2."c_int4range")::text, 'null') || '}' as j from "public"."odd_types" t2 where (t2."c_int4range") = $2::text::"pg_catalog"."int4range" limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"author_id":' || (t3."author_id")::text || '}' as j from "public"."profile" t3 where (t3."avatar") = $3::text::"pg_catalog"."bytea" limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"id":' || (t4."id")::text || '}' as j from "public"."scalar_types" t4 where (t4."c_money") = $4::text::"pg_catalog"."money" limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"id":' || (t5."id")::text || '}' as j from "public"."scalar_types" t5 where (t5."c_interval") > $5::text::"pg_catalog"."interval" order by t5."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁5␂' else ']' end from (
    select '{"id":' || (t6."id")::text || '}' as j from "public"."odd_types" t6 where (t6."c_bit_4") = $6::text::"pg_catalog"."bit" limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁6␂' else ']' end from (
    select '{"id":' || (t7."id")::text || '}' as j from "public"."odd_types" t7 where (t7."c_macaddr") = $7::text::"pg_catalog"."macaddr" limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁7␂' else ']' end from (
    select '{"id":' || (t8."id")::text || '}' as j from "public"."odd_types" t8 where (t8."c_composite") = $8::text::"public"."postal_address" limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁8␂' else ']' end from (
    select '{"id":' || (t9."id")::text || '}' as j from "public"."odd_types" t9 where (t9."c_odd_enum") = any($9::text[]::"public"."Odd Enum"[]) limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁9␂' else ']' end from (
    select '{"id":' || (t10."id")::text || '}' as j from "public"."odd_types" t10 where (t10."c_pg_lsn") > $10::text::"pg_catalog"."pg_lsn" limit 51) r), 'UTF8')
