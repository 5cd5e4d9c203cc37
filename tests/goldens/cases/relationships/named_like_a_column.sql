select convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁1␂' else ']' end from (
    select '{"id":' || (t1."id")::text || ',"folders":' || (t1."folders")::text || ',"parent":' || case when t2."id" is null then 'null' else '{"name":' || to_json(t2."name")::text || '}' end || ',"folders_by_parent_id":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁0␂' else ']' end from (
        select '{"name":' || to_json(t3."name")::text || '}' as j from "public"."folder" t3 where t3."parent_id" = t1."id" order by t3."id" asc nulls last limit 51) r) || '}' as j, t1."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t1."id", t1."folders", t1."parent_id" from "public"."folder" t1 order by t1."id" asc nulls last limit 51) q) t1 left join "public"."folder" t2 on t2."id" = t1."parent_id") r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁3␂' else ']' end from (
    select '{"parcels_aggregate":' || coalesce((t4."parcels_aggregate")::text, 'null') || ',"parcels_by_crate_id":' || (
      select '[' || coalesce(array_to_string((array_agg(r.j))[:50], ','), '') || case when count(*) > 50 then ']␁2␂' else ']' end from (
        select '{"grams":' || coalesce((t5."grams")::text, 'null') || '}' as j from "public"."parcel" t5 where t5."crate_id" = t4."id" order by t5."id" asc nulls last limit 51) r) || ',"parcels_by_crate_id_aggregate":' || (
      select '{"aggregate":{"count":' || count(*)::text || '}}' from "public"."parcel" t6 where t6."crate_id" = t4."id") || '}' as j from (
      select t4."parcels_aggregate", t4."id" from "public"."crate" t4 order by t4."id" asc nulls last limit 51) t4) r), 'UTF8'), convert_to((
  select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁4␂' else ']' end from (
    select '{"author":' || coalesce(to_json(t7."author")::text, 'null') || ',"author_by_author_id":' || case when t8."id" is null then 'null' else '{"name":' || to_json(t8."name")::text || '}' end || '}' as j, t7."narthex ordinal" from (
      select q.*, row_number() over () as "narthex ordinal" from (
        select t7."author", t7."author_id" from "public"."citation" t7 order by t7."id" asc nulls last limit 51) q) t7 left join "public"."author" t8 on t8."id" = t7."author_id") r), 'UTF8'), convert_to((
  select '{"article_tags":' || (t9."article_tags")::text || ',"article_tags_by_tag":' || (
    select '[' || coalesce(array_to_string((array_agg(r.j order by r."narthex ordinal"))[:50], ','), '') || case when count(*) > 50 then ']␁5␂' else ']' end from (
      select '{"article_id":' || (t10."article_id")::text || ',"tag":' || to_json(t10."tag")::text || ',"tag_by_tag":' || case when t11."name" is null then 'null' else '{"name":' || to_json(t11."name")::text || '}' end || '}' as j, t10."narthex ordinal" from (
        select q.*, row_number() over () as "narthex ordinal" from (
          select t10."article_id", t10."tag" from "public"."article_tag" t10 where t10."tag" = t9."name" order by t10."article_id" asc nulls last limit 51) q) t10 left join "public"."tag" t11 on t11."name" = t10."tag") r) || '}' from "public"."tag" t9 where t9."name" = $1::text), 'UTF8')
