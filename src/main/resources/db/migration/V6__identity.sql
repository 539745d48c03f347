-- Who is who (decision 0021). No foreign keys to the engine's tables: no row of a resource is ever
-- removed, and each key would cost a look at it per write.

-- A person. What it consists of stands in hutong.registration.
create table hutong.person (
  id uuid primary key,
  version int not null,
  updated timestamptz not null,
  successor uuid,             -- the person that its last registrations were joined to
  decision uuid               -- by which a steward began this version
) with (fillfactor = 90);

-- What each Patient says about who it is, and who it is held to be.
create table hutong.registration (
  patient bigint primary key, -- res_id
  person uuid not null,
  basis text collate "C" not null, -- why: ALONE, PROOF, SCORE, STEWARD
  features text not null      -- JSON of org.hutong.identity.Registration
) with (fillfactor = 90);

create index registration_person on hutong.registration (person);

-- Where a registration is looked for by others: numbers of documents, and what a typing error in
-- the rest leaves as it is. Keys are hashes; whatever is found is compared.
create table hutong.registration_key (
  key bigint not null,
  patient bigint not null,
  primary key (key, patient)
);

create index registration_key_patient on hutong.registration_key (patient);

-- What a person was before its present version.
create table hutong.person_version (
  person uuid not null,
  version int not null,
  updated timestamptz not null,
  links text not null,        -- JSON: logical id of each Patient with the basis of its link
  decision uuid,
  primary key (person, version)
);

-- Two registrations that are perhaps one person's, and what a steward decided about two.
create table hutong.pair (
  one bigint not null,        -- res_id, the smaller
  other bigint not null,
  state text collate "C" not null, -- POSSIBLE, TOGETHER, APART
  rule text collate "C" not null,  -- why it was noticed
  score int not null,
  since timestamptz not null,
  primary key (one, other),
  check (one < other)
);

create index pair_other on hutong.pair (other);
create index pair_queue on hutong.pair ((-score), one, other) where state = 'POSSIBLE';

-- What stewards decided, and what they took back.
create table hutong.decision (
  id uuid primary key,
  number bigint generated always as identity, -- their order
  at timestamptz not null,
  kind text collate "C" not null, -- LINK, UNLINK, MERGE, UNDO
  one bigint not null,        -- res_id; of a merge the one that was given up
  other bigint not null,
  reason text not null,
  institution text not null,  -- its code
  before text not null,       -- JSON: what has to be known to take it back
  undoes uuid unique          -- of an UNDO: what it took back
);

create index decision_one on hutong.decision (one);
create index decision_other on hutong.decision (other);

-- A child registered under its mother's number before it had its own.
create table hutong.mother (
  child bigint primary key,   -- res_id
  mother bigint not null
);

create index mother_mother on hutong.mother (mother);

-- Which Patient took the place of which, as the links of a Patient say.
create table hutong.replacement (
  patient bigint not null,    -- res_id of the one that says so
  source bigint not null,     -- was given up
  target bigint not null,     -- stays
  primary key (patient, source, target)
);

create index replacement_source on hutong.replacement (source, target);

-- Registrations that are perhaps, or certainly, the same person's as one with these keys, with all
-- others of the same persons; in an order of locks that is the same for all: first everybody's
-- (shared), then keys, then persons. Whoever registers the same resident at the same instant waits
-- here, and then sees what the first has written.
create function hutong.candidates(self bigint, locks bigint[], keys bigint[], alone boolean)
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
  from unnest(keys) u(key)
  cross join lateral (
    select n.patient from hutong.registration_key n
    where n.key = u.key order by n.patient limit 50) k;
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

-- Never filled: to whom a Patient belongs stands in hutong.registration, once.
alter table hutong.resource drop column person;
