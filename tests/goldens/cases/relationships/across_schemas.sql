select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"sku":' || to_json(t1."sku")::text || ',"author":' || case when t2."id" is null then 'null' else '{"name":' || to_json(t2."name")::text || '}' end || ',"article":' || case when t3."id" is null then 'null' else '{"title":' || to_json(t3."title")::text || ',"item":' || case when t4."article_id" is null then 'null' else '{"sku":' || to_json(t4."sku")::text || '}' end || '}' end || ',"order_lines":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
        select '{"quantity":' || (t5."quantity")::text || '}' as j from "shop"."order_line" t5 where t5."item_id" = t1."id" order by t5."order_id" asc nulls last, t5."line" asc nulls last limit 51) r) || '}' as j, t1."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t1."sku", t1."author_id", t1."article_id", t1."id" from "shop"."item" t1 order by t1."id" asc nulls last limit 51) q) t1 left join "public"."author" t2 on t2."id" = t1."author_id" left join "public"."articles" t3 on t3."id" = t1."article_id" left join "shop"."item" t4 on t4."article_id" = t3."id") r), 'UTF8'), convert_to((
  select '{"author":' || case when t7."author_id" is null then 'null' else '{"pen_name":' || to_json(t7."pen_name")::text || ',"author":' || case when t8."id" is null then 'null' else '{"name":' || to_json(t8."name")::text || '}' end || '}' end || ',"shop_items":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
      select '{"name":' || coalesce(to_json(t9."name")::text, 'null') || '}' as j from "public"."shop_item" t9 where t9."author_id" = t6."id" limit 51) r) || ',"items":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
      select '{"sku":' || to_json(t10."sku")::text || '}' as j from "shop"."item" t10 where t10."author_id" = t6."id" order by t10."id" asc nulls last limit 51) r) || '}' from "public"."author" t6 left join "shop"."author" t7 on t7."author_id" = t6."id" left join "public"."author" t8 on t8."id" = t7."author_id" where t6."id" = $1::int4), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"pen_name":' || to_json(t11."pen_name")::text || ',"author":' || case when t12."id" is null then 'null' else '{"name":' || to_json(t12."name")::text || '}' end || '}' as j, t11."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t11."pen_name", t11."author_id" from "shop"."author" t11 order by t11."id" asc nulls last limit 51) q) t11 left join "public"."author" t12 on t12."id" = t11."author_id") r), 'UTF8')
