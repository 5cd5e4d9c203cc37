select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"profile":' || case when t2."author_id" is null then 'null' else '{"bio":' || coalesce(to_json(t2."bio")::text, 'null') || ',"website":' || coalesce(to_json(t2."website")::text, 'null') || ',"author":' || case when t3."id" is null then 'null' else '{"id":' || (t3."id")::text || '}' end || '}' end || '}' as j, t1."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t1."id" from "public"."author" t1 order by t1."id" asc nulls last limit 51) q) t1 left join "public"."profile" t2 on t2."author_id" = t1."id" left join "public"."author" t3 on t3."id" = t2."author_id") r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"kind":' || coalesce(to_json(t4."kind")::text, 'null') || ',"extra":' || case when t5."id" is null then 'null' else '{"note":' || coalesce(to_json(t5."note")::text, 'null') || ',"base":' || case when t6."id" is null then 'null' else '{"kind":' || coalesce(to_json(t6."kind")::text, 'null') || '}' end || '}' end || '}' as j, t4."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t4."kind", t4."id" from "public"."base" t4 order by t4."id" asc nulls last limit 51) q) t4 left join "public"."extra" t5 on t5."id" = t4."id" left join "public"."base" t6 on t6."id" = t5."id") r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
    select '{"article":' || case when t8."id" is null then 'null' else '{"item":' || case when t9."article_id" is null then 'null' else '{"sku":' || to_json(t9."sku")::text || '}' end || '}' end || '}' as j, t7."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t7."article_id" from "shop"."item" t7 where (t7."article_id") is not null order by t7."id" asc nulls last limit 51) q) t7 left join "public"."articles" t8 on t8."id" = t7."article_id" left join "shop"."item" t9 on t9."article_id" = t8."id") r), 'UTF8')
