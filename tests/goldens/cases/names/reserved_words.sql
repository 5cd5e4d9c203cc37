select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"name":' || to_json(t1."name")::text || ',"group":' || coalesce(to_json(t1."group")::text, 'null') || ',"from":' || coalesce(to_json(t1."from")::text, 'null') || ',"select":' || coalesce((t1."select")::text, 'null') || ',"end":' || coalesce((t1."end")::text, 'null') || ',"groups":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
        select '{"table":' || coalesce(to_json(t2."table")::text, 'null') || ',"user":' || case when t3."id" is null then 'null' else '{"name":' || to_json(t3."name")::text || '}' end || '}' as j, t2."narthex ordinal" from (
          select q.*, row_number() over () as "narthex ordinal" from (
            select t2."table", t2."user_id" from "public"."group" t2 where t2."user_id" = t1."id" order by t2."id" asc nulls last limit 51) q) t2 left join "public"."user" t3 on t3."id" = t2."user_id") r) || ',"orders":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
        select '{"limit":' || coalesce((t4."limit")::text, 'null') || ',"where":' || coalesce(to_json(t4."where")::text, 'null') || ',"order_by":' || coalesce(to_json(t4."order_by")::text, 'null') || ',"offset":' || coalesce((t4."offset")::text, 'null') || '}' as j from "public"."order" t4 where t4."user_id" = t1."id" order by t4."id" asc nulls last limit 51) r) || '}' as j from (
      select t1."id", t1."name", t1."group", t1."from", t1."select", t1."end" from "public"."user" t1 order by t1."id" asc nulls last limit 51) t1) r), 'UTF8'), convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"id":' || (t5."id")::text || '}' as j from "public"."order" t5 where ((t5."where") is not null and (t5."limit") >= $1::int4) order by t5."order_by" asc nulls last limit 8) q limit $2::int8) r), 'UTF8'), convert_to((
  select '{"aggregate":{"count":' || count(t6."table")::text || '}}' from "public"."group" t6), 'UTF8')
