select convert_to((
  select '{"aggregate":{"count":' || count(*)::text || ',"max":{"id":' || coalesce(to_json(max(t1."id"))::text, 'null') || '},"avg":{"rating":' || coalesce(to_json(avg(t1."rating"))::text, 'null') || '}},"nodes":[' || coalesce(string_agg('{"id":' || (t1."id")::text || ',"mentor":' || case when t2."id" is null then 'null' else '{"name":' || to_json(t2."name")::text || '}' end || ',"articles_by_author_id":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
      select '{"id":' || (t3."id")::text || '}' as j from "public"."articles" t3 where t3."author_id" = t1."id" order by t3."id" asc nulls last limit 51) r) || '}', ',' order by t1."narthex ordinal"), '') || ']}' from (
    select o.*, row_number() over () as "narthex ordinal" from (
      select q.* from (
        select t1.* from "public"."author" t1 order by t1."id" asc nulls last limit 4 offset $2::int8) q limit $1::int8) o) t1 left join "public"."author" t2 on t2."id" = t1."mentor_id"), 'UTF8'), convert_to((
  select '{"aggregate":{"count":' || count(*)::text || ',"min":{"id":' || coalesce(to_json(min(t4."id"))::text, 'null') || '}},"nodes":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:10000], ','), '') || case when count(*) > 10000 then ']␁1␂' else ']' end from (
      select '{"id":' || (t5."id")::text || '}' as j from (
        select t5."id" from "public"."author" t5 order by t5."id" asc nulls last limit 10001 offset $4::int8) t5) r) || '}' from (
    select o.*, row_number() over () as "narthex ordinal" from (
      select t4.* from "public"."author" t4 order by t4."id" asc nulls last offset $3::int8) o) t4), 'UTF8')
