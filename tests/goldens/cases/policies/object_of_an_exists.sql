select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:3], ','), '') || case when count(*) > 3 then ']␁0␂' else ']' end from (
    select '{"track_id":' || (t1."track_id")::text || ',"genre":' || case when t2."genre_id" is null then 'null' else '{"name":' || coalesce(to_json(t2."name")::text, 'null') || '}' end || '}' as j, t1."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t1."track_id", t1."genre_id" from "public"."track" t1 where (t1."track_id") = any($1::int4[]) order by t1."track_id" asc nulls last limit 4) q) t1 left join "public"."genre" t2 on t2."genre_id" = t1."genre_id" and $4::bool and ((t2."name") = any($2::text[]) or exists (
      select 1 from "public"."employee" t3 where (t3."employee_id") = $3::int4))) r), 'UTF8')
