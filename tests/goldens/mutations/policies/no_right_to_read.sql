-- insert_log_entry
with w1 as (insert into "public"."log_entry" as t1 ("at", "level") values ($1::text::"pg_catalog"."timestamptz", $2::text) returning t1."at", t1."level", t1."message", t1."detail", t1.tableoid as "narthex table", t1.ctid as "narthex place"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"__typename":"log_entry_mutation_response"}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($3::text, a.n, a.j) from answer a

-- insert_log_entry, dry run
with w1 as (insert into "public"."log_entry" as t1 ("at", "level") values ($1::text::"pg_catalog"."timestamptz", $2::text) returning t1."at", t1."level", t1."message", t1."detail", t1.tableoid as "narthex table", t1.ctid as "narthex place"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || ',"__typename":"log_entry_mutation_response"}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, ('[]') from answer a

-- update_log_entry
with w1 as (update "public"."log_entry" as t1 set "level" = $1::text returning t1."at", t1."level", t1."message", t1."detail", t1.tableoid as "narthex table", t1.ctid as "narthex place"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, narthex.settle($2::text, a.n, a.j) from answer a

-- update_log_entry, dry run
with w1 as (update "public"."log_entry" as t1 set "level" = $1::text from "public"."log_entry" t2 where t2.ctid = t1.ctid and t2.tableoid = t1.tableoid returning t1."at", t1."level", t1."message", t1."detail", t1.tableoid as "narthex table", t1.ctid as "narthex place", t2."at" as "narthex was 0", t2."level" as "narthex was 1", t2."message" as "narthex was 2", t2."detail" as "narthex was 3"), answer as materialized (
select '{"affected_rows":' || ((
  select count(*) from w1))::text || '}' as j, ((
  select count(*) from w1)) as n) 
select convert_to(a.j, 'UTF8'), a.n, null::text, null::int, ('[]') from answer a
