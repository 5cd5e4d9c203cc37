select convert_to((
  select '[' || coalesce(string_agg(r.j, ','), '') || ']' from (
    select q.j from (
      select '{"customer_id":' || (t1."customer_id")::text || '}' as j from "public"."customer" t1 where (((t1."country") = $1::text or exists (
        select 1 from "public"."employee" t2 where (t2."employee_id" = t1."support_rep_id" and (t2."last_name") ~~* $2::text))) and exists (
        select 1 from "public"."invoice" t3 where (t3."customer_id" = t1."customer_id" and exists (
          select 1 from "public"."invoice_line" t4 where (t4."invoice_id" = t3."invoice_id" and exists (
            select 1 from "public"."track" t5 where (t5."track_id" = t4."track_id" and exists (
              select 1 from "public"."genre" t6 where (t6."genre_id" = t5."genre_id" and (t6."name") = any($3::text[]))))))))) and not ((t1."company") is not null)) order by t1."customer_id" asc nulls last limit 4) q limit $4::int8) r), 'UTF8')
