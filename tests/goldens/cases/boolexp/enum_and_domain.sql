select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || '}' as j from "public"."author" t1 where (t1."mood") = $1::text::"public"."mood" limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t2."id")::text || ',"mood":' || coalesce(to_json(t2."mood")::text, 'null') || '}' as j from "public"."author" t2 where (t2."mood") > $2::text::"public"."mood" order by t2."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t3."id")::text || '}' as j from "public"."author" t3 where (t3."mood") = any($3::text[]::"public"."mood"[]) order by t3."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"id":' || (t4."id")::text || ',"c_domain_enum":' || coalesce(to_json(t4."c_domain_enum")::text, 'null') || '}' as j from "public"."scalar_types" t4 where ((t4."c_domain_enum")::"public"."mood") = any($4::text[]::"public"."mood"[]) order by t4."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"email":' || coalesce(to_json(t5."email")::text, 'null') || '}' as j from "public"."author" t5 where (t5."email") ~~ $5::text limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁5␂' else ']' end from (
    select '{"id":' || (t6."id")::text || '}' as j from "public"."scalar_types" t6 where (t6."c_domain_small") >= $6::int4 order by t6."id" asc nulls last limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁6␂' else ']' end from (
    select '{"id":' || (t7."id")::text || '}' as j from "public"."scalar_types" t7 where ((t7."c_domain_array")::"pg_catalog"."text"[]) @> $7::text[] limit 51) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁7␂' else ']' end from (
    select '{"sku":' || to_json(t8."sku")::text || ',"size":' || coalesce(to_json(t8."size")::text, 'null') || '}' as j from "shop"."item" t8 where (t8."size") >= $8::text::"shop"."size" order by t8."id" asc nulls last limit 51) r), 'UTF8')
