select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"name":' || coalesce(to_json(t1."name")::text, 'null') || ',"author":' || case when t2."id" is null then 'null' else '{"name":' || to_json(t2."name")::text || '}' end || '}' as j, t1."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t1."name", t1."author_id" from "public"."shop_item" t1 order by t1."id" asc nulls last limit 51) q) t1 left join "public"."author" t2 on t2."id" = t1."author_id") r), 'UTF8'), convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"name":' || to_json(t3."name")::text || ',"__typename":"shop__item"}' as j from "shop"."item" t3 order by t3."id" asc nulls last limit 2) q limit $1::int8) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"note":' || coalesce(to_json(t4."note")::text, 'null') || ',"order_lines":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
        select '{"line":' || (t5."line")::text || ',"quantity":' || (t5."quantity")::text || ',"discount":' || coalesce(to_json(t5."discount")::text, 'null') || '}' as j from "shop"."order_line" t5 where t5."order_id" = t4."id" order by t5."line" asc nulls last limit 51) r) || '}' as j from (
      select t4."note", t4."id" from "shop"."order" t4 order by t4."id" asc nulls last limit 51) t4) r), 'UTF8'), convert_to((
  select '{"pen_name":' || to_json(t6."pen_name")::text || '}' from "shop"."author" t6 where t6."id" = $2::int4), 'UTF8')
