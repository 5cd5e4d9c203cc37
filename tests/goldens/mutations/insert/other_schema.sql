-- insert_shop_item_one
with w1 as (insert into "shop"."item" as t1 ("sku", "name", "price", "size", "sizes") values ($1::text, $2::text, $3::text::"pg_catalog"."numeric", $4::text::"shop"."size", $5::text[]::"shop"."size"[]) returning t1."id", t1."sku", t1."name", t1."price", t1."size", t1."sizes", t1."author_id", t1."article_id", t1."stock"), answer as materialized (
select (
  select '{"sku":' || to_json(t2."sku")::text || ',"price":' || coalesce(to_json(t2."price")::text, 'null') || ',"size":' || coalesce(to_json(t2."size")::text, 'null') || ',"sizes":' || coalesce(to_json(t2."sizes")::text, 'null') || ',"stock":' || (t2."stock")::text || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($6::text, a.n, a.j) from answer a

-- insert_shop_item_one, dry run
with w1 as (insert into "shop"."item" as t1 ("sku", "name", "price", "size", "sizes") values ($1::text, $2::text, $3::text::"pg_catalog"."numeric", $4::text::"shop"."size", $5::text[]::"shop"."size"[]) returning t1."id", t1."sku", t1."name", t1."price", t1."size", t1."sizes", t1."author_id", t1."article_id", t1."stock"), answer as materialized (
select (
  select '{"sku":' || to_json(t2."sku")::text || ',"price":' || coalesce(to_json(t2."price")::text, 'null') || ',"size":' || coalesce(to_json(t2."size")::text, 'null') || ',"sizes":' || coalesce(to_json(t2."sizes")::text, 'null') || ',"stock":' || (t2."stock")::text || '}' from w1 t2) as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, (
  select '[' || coalesce(string_agg(d.j, ','), '') || ']' from (
    select * from (
      select '{"entity":"shop__item","before":' || 'null' || ',"after":' || '{"id":' || (t4."id")::text || ',"sku":' || to_json(t4."sku")::text || ',"name":' || to_json(t4."name")::text || ',"price":' || coalesce(to_json(t4."price")::text, 'null') || ',"size":' || coalesce(to_json(t4."size")::text, 'null') || ',"sizes":' || coalesce(to_json(t4."sizes")::text, 'null') || ',"author_id":' || coalesce((t4."author_id")::text, 'null') || ',"article_id":' || coalesce((t4."article_id")::text, 'null') || ',"stock":' || (t4."stock")::text || '}' || '}' as j from w1 t4) a limit 10000) d) from answer a
