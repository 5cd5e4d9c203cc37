-- insert_array_types
with w1 as (insert into "public"."array_types" as t1 ("id", "c_int", "c_text", "c_enum", "c_jsonb") 
select u.c0, u.c1::"pg_catalog"."int4"[], u.c2::"pg_catalog"."text"[], u.c3::"public"."mood"[], u.c4::"pg_catalog"."jsonb"[] from unnest($1::int4[], $2::text[], $3::text[], $4::text[], $5::text[]) with ordinality u(c0, c1, c2, c3, c4, o) order by u.o returning t1."id", t1."c_int", t1."c_bigint", t1."c_numeric", t1."c_float8", t1."c_text", t1."c_varchar", t1."c_bool", t1."c_uuid", t1."c_enum", t1."c_timestamptz", t1."c_jsonb", t1."c_matrix", t1."c_composite", t1."c_domain"), answer as materialized (
select '{"returning":' || (
  select '[' || coalesce(string_agg('{"c_int":' || coalesce(to_json(t2."c_int")::text, 'null') || ',"c_text":' || coalesce(to_json(t2."c_text")::text, 'null') || ',"c_enum":' || coalesce(to_json(t2."c_enum")::text, 'null') || ',"c_jsonb":' || coalesce(to_json(t2."c_jsonb")::text, 'null') || ',"c_bigint":' || to_json(t2."c_bigint")::text || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($6::text, a.n, a.j) from answer a

-- insert_array_types, dry run
with w1 as (insert into "public"."array_types" as t1 ("id", "c_int", "c_text", "c_enum", "c_jsonb") 
select u.c0, u.c1::"pg_catalog"."int4"[], u.c2::"pg_catalog"."text"[], u.c3::"public"."mood"[], u.c4::"pg_catalog"."jsonb"[] from unnest($1::int4[], $2::text[], $3::text[], $4::text[], $5::text[]) with ordinality u(c0, c1, c2, c3, c4, o) order by u.o returning t1."id", t1."c_int", t1."c_bigint", t1."c_numeric", t1."c_float8", t1."c_text", t1."c_varchar", t1."c_bool", t1."c_uuid", t1."c_enum", t1."c_timestamptz", t1."c_jsonb", t1."c_matrix", t1."c_composite", t1."c_domain"), answer as materialized (
select '{"returning":' || (
  select '[' || coalesce(string_agg('{"c_int":' || coalesce(to_json(t2."c_int")::text, 'null') || ',"c_text":' || coalesce(to_json(t2."c_text")::text, 'null') || ',"c_enum":' || coalesce(to_json(t2."c_enum")::text, 'null') || ',"c_jsonb":' || coalesce(to_json(t2."c_jsonb")::text, 'null') || ',"c_bigint":' || to_json(t2."c_bigint")::text || '}', ','), '') || ']' from w1 t2) || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"array_types","before":' || 'null' || ',"after":' || '{"id":' || (t4."id")::text || ',"c_int":' || coalesce(to_json(t4."c_int")::text, 'null') || ',"c_bigint":' || to_json(t4."c_bigint")::text || ',"c_numeric":' || coalesce(to_json(t4."c_numeric")::text, 'null') || ',"c_float8":' || coalesce(to_json(t4."c_float8")::text, 'null') || ',"c_text":' || coalesce(to_json(t4."c_text")::text, 'null') || ',"c_varchar":' || coalesce(to_json(t4."c_varchar")::text, 'null') || ',"c_bool":' || coalesce(to_json(t4."c_bool")::text, 'null') || ',"c_uuid":' || coalesce(to_json(t4."c_uuid")::text, 'null') || ',"c_enum":' || coalesce(to_json(t4."c_enum")::text, 'null') || ',"c_timestamptz":' || coalesce(to_json(t4."c_timestamptz")::text, 'null') || ',"c_jsonb":' || coalesce(to_json(t4."c_jsonb")::text, 'null') || ',"c_matrix":' || coalesce(to_json(t4."c_matrix")::text, 'null') || ',"c_composite":' || coalesce(to_json(t4."c_composite")::text, 'null') || ',"c_domain":' || coalesce(to_json(t4."c_domain")::text, 'null') || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
