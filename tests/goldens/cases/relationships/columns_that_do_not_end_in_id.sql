select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"node_by_source":' || case when t2."id" is null then 'null' else '{"id":' || (t2."id")::text || ',"label":' || coalesce(to_json(t2."label")::text, 'null') || '}' end || ',"node_by_target":' || case when t3."id" is null then 'null' else '{"label":' || coalesce(to_json(t3."label")::text, 'null') || '}' end || ',"weight":' || to_json(t1."weight")::text || '}' as j, t1."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t1."source", t1."target", t1."weight" from "public"."link" t1 order by t1."source" asc nulls last, t1."target" asc nulls last limit 51) q) t1 left join "public"."node" t2 on t2."id" = t1."source" left join "public"."node" t3 on t3."id" = t1."target") r), 'UTF8')
