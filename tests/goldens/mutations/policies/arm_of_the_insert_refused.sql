-- insert_tag
with w1 as (insert into "public"."tag" as t1 ("name", "color") 
select u.c0, u.c1::"pg_catalog"."bpchar" from unnest($1::text[], $2::text[]) with ordinality u(c0, c1, o) order by u.o on conflict on constraint "tag_pkey" do update set "color" = excluded."color" where case when (t1."article_tags") >= $3::int4 then set_config('narthex.arm', json_build_array(excluded."name"::text)::text, true) <> '' else false end returning t1."name", t1."color", t1."article_tags", case when nullif(current_setting('narthex.arm', true), '')::json is null then false when t1."name" = (nullif(current_setting('narthex.arm', true), '')::json ->> 0)::"pg_catalog"."text" then set_config('narthex.arm', '', true) = '' else nullif(set_config('narthex.arm', '', true) = '', true) end as "narthex updated"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || '}' as j, case when exists (
  select 1 from w1 t2 where not coalesce(case t2."narthex updated" when true then (t2."color") is not null when false then (t2."color") is null else (t2."color") is null and (t2."color") is not null end, false)) then narthex.refuse('FORBIDDEN', 'tag')::int::int8 else (
  select count(*) from w1) end as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($4::text, a.n, a.j) from answer a

-- insert_tag, dry run
with w1 as (insert into "public"."tag" as t1 ("name", "color") 
select u.c0, u.c1::"pg_catalog"."bpchar" from unnest($1::text[], $2::text[]) with ordinality u(c0, c1, o) order by u.o on conflict on constraint "tag_pkey" do update set "color" = excluded."color" where case when (t1."article_tags") >= $3::int4 then set_config('narthex.arm', json_build_array(excluded."name"::text)::text, true) <> '' else false end returning t1."name", t1."color", t1."article_tags", case when nullif(current_setting('narthex.arm', true), '')::json is null then false when t1."name" = (nullif(current_setting('narthex.arm', true), '')::json ->> 0)::"pg_catalog"."text" then set_config('narthex.arm', '', true) = '' else nullif(set_config('narthex.arm', '', true) = '', true) end as "narthex updated"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || '}' as j, case when exists (
  select 1 from w1 t2 where not coalesce(case t2."narthex updated" when true then (t2."color") is not null when false then (t2."color") is null else (t2."color") is null and (t2."color") is not null end, false)) then narthex.refuse('FORBIDDEN', 'tag')::int::int8 else (
  select count(*) from w1) end as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"tag","before":' || coalesce((
        select '{"name":' || to_json(t4."name")::text || ',"color":' || coalesce(to_json(t4."color")::text, 'null') || ',"article_tags":' || (t4."article_tags")::text || '}' from "public"."tag" t4 where t4."name" = t3."name" limit 1), 'null') || ',"after":' || '{"name":' || to_json(t3."name")::text || ',"color":' || coalesce(to_json(t3."color")::text, 'null') || ',"article_tags":' || (t3."article_tags")::text || '}' || '}' as j from w1 t3) a limit 10000) d) from answer a
