select convert_to((
  select '{"aggregate":{"count":' || count(*)::text || ',"sum":{"invoice_id":' || coalesce(to_json(sum(t1."invoice_id"))::text, 'null') || '}}}' from (
    select o.*, row_number() over () as "narthex ordinal" from (
      select distinct on (t1."billing_country") t1.* from "public"."invoice" t1 order by t1."billing_country" asc nulls last, t1."invoice_id" asc nulls last) o) t1), 'UTF8')
