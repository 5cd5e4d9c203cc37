select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"base_id":' || coalesce((t1."base_id")::text, 'null') || ',"base_by_base_id_base":' || case when t2."id" is null then 'null' else '{"kind":' || coalesce(to_json(t2."kind")::text, 'null') || '}' end || ',"base_by_base_id_extra":' || case when t3."id" is null then 'null' else '{"note":' || coalesce(to_json(t3."note")::text, 'null') || '}' end || '}' as j, t1."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t1."id", t1."base_id" from "public"."both_of_them" t1 order by t1."id" asc nulls last limit 51) q) t1 left join "public"."base" t2 on t2."id" = t1."base_id" left join "public"."extra" t3 on t3."id" = t1."base_id") r), 'UTF8')
