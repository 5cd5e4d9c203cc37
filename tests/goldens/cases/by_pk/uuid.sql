select convert_to((
  select '{"id":' || ('"' || (t1."id")::text || '"') || ',"body":' || to_json(t1."body")::text || ',"parent":' || case when t2."id" is null then 'null' else '{"id":' || ('"' || (t2."id")::text || '"') || '}' end || '}' from "public"."comment" t1 left join "public"."comment" t2 on t2."id" = t1."parent_id" where t1."id" = $1::text::"pg_catalog"."uuid"), 'UTF8')
