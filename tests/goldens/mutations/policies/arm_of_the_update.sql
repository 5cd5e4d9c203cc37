-- insert_tag
with w1 as (insert into "public"."tag" as t1 ("name", "color") values ($1::text, $2::text::"pg_catalog"."bpchar"), ($3::text, default) on conflict on constraint "tag_pkey" do update set "color" = excluded."color" where case when (t1."article_tags") >= $4::int4 then set_config('narthex.arm', json_build_array(excluded."name"::text)::text, true) <> '' else false end returning t1."name", t1."color", t1."article_tags", case when nullif(current_setting('narthex.arm', true), '')::json is null then false when t1."name" = (nullif(current_setting('narthex.arm', true), '')::json ->> 0)::"pg_catalog"."text" then set_config('narthex.arm', '', true) = '' else nullif(set_config('narthex.arm', '', true) = '', true) end as "narthex updated"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"name":' || to_json(t2."name")::text || ',"color":' || coalesce(to_json(t2."color")::text, 'null') || '}', ','), '') || ']' from w1 t2) || '}' as j, case when exists (
  select 1 from w1 t3 where not coalesce(case t3."narthex updated" when true then (t3."color") is not null when false then (t3."color") is null else (t3."color") is null and (t3."color") is not null end, false)) then narthex.refuse('FORBIDDEN', 'tag')::int::int8 else (
  select count(*) from w1) end as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($5::text, a.n, a.j) from answer a

-- insert_tag, dry run
with w1 as (insert into "public"."tag" as t1 ("name", "color") values ($1::text, $2::text::"pg_catalog"."bpchar"), ($3::text, default) on conflict on constraint "tag_pkey" do update set "color" = excluded."color" where case when (t1."article_tags") >= $4::int4 then set_config('narthex.arm', json_build_array(excluded."name"::text)::text, true) <> '' else false end returning t1."name", t1."color", t1."article_tags", case when nullif(current_setting('narthex.arm', true), '')::json is null then false when t1."name" = (nullif(current_setting('narthex.arm', true), '')::json ->> 0)::"pg_catalog"."text" then set_config('narthex.arm', '', true) = '' else nullif(set_config('narthex.arm', '', true) = '', true) end as "narthex updated"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"returning":' || (
  select '[' || coalesce(string_agg('{"name":' || to_json(t2."name")::text || ',"color":' || coalesce(to_json(t2."color")::text, 'null') || '}', ','), '') || ']' from w1 t2) || '}' as j, case when exists (
  select 1 from w1 t3 where not coalesce(case t3."narthex updated" when true then (t3."color") is not null when false then (t3."color") is null else (t3."color") is null and (t3."color") is not null end, false)) then narthex.refuse('FORBIDDEN', 'tag')::int::int8 else (
  select count(*) from w1) end as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"tag","before":' || coalesce((
        select '{"name":' || to_json(t5."name")::text || ',"color":' || coalesce(to_json(t5."color")::text, 'null') || ',"article_tags":' || (t5."article_tags")::text || '}' from "public"."tag" t5 where t5."name" = t4."name" limit 1), 'null') || ',"after":' || '{"name":' || to_json(t4."name")::text || ',"color":' || coalesce(to_json(t4."color")::text, 'null') || ',"article_tags":' || (t4."article_tags")::text || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
