-- What stewards decide can be taken back in any order (decision 0021).

-- The person of a registration that belongs to another because stewards decided so; null for none.
alter table hutong.registration add column home uuid;

-- Whose registration a deleted Patient was, should it come back.
create table hutong.forgotten (
  patient bigint primary key, -- res_id
  person uuid not null
);

-- As before (V6); and whom stewards hold together with one that comes back, or apart from it, it
-- finds without a key as well.
create or replace function hutong.candidates(
    self bigint, locks bigint[], keys bigint[], alone boolean)
  returns table (patient bigint, person uuid, basis text, features text)
  language plpgsql as $$
declare
  former bigint[];
  near bigint[];
  found uuid[];
begin
  if alone then
    perform pg_advisory_xact_lock(x'6964656e74697479'::bigint);
  else
    perform pg_advisory_xact_lock_shared(x'6964656e74697479'::bigint);
    select coalesce(array_agg(k.key), '{}') into former
    from hutong.registration_key k where k.patient = self;
    perform pg_advisory_xact_lock(k.key)
    from (select distinct u.key from unnest(locks || former) u(key) order by u.key) k;
  end if;
  select array_agg(distinct k.patient) into near
  from (
    select n.patient from unnest(keys) u(key)
    cross join lateral (
      select r.patient from hutong.registration_key r
      where r.key = u.key order by r.patient limit 50) n
    union all
    select p.other from hutong.pair p where p.one = self and p.state <> 'POSSIBLE'
    union all
    select p.one from hutong.pair p where p.other = self and p.state <> 'POSSIBLE') k;
  select array_agg(distinct r.person) into found
  from hutong.registration r where r.patient = self or r.patient = any(near);
  if found is not null then
    perform 1 from hutong.person p where p.id = any(found) order by p.id for update;
    return query
      select m.patient, m.person, m.basis, m.features
      from unnest(found) f(person)
      cross join lateral (
        select r.* from hutong.registration r where r.person = f.person
        order by r.patient = self desc, coalesce(r.patient = any(near), false) desc, r.patient
        limit 100) m;
  end if;
end $$;
