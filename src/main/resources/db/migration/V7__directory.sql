-- The directory (decision 0023): what its questions need of the resources, written with them. No
-- foreign keys to the engine's tables, as in V6.

-- What the register said of an institution or a department, and from when until when it said so.
-- The first row reaches back for ever: before it nobody had told us otherwise.
create table hutong.organization (
  org bigint not null,          -- res_id
  since timestamptz not null,   -- -infinity for the first
  until timestamptz not null,   -- infinity for what is said today
  parent bigint,                -- res_id of partOf
  department boolean not null,
  active boolean not null,
  tier text collate "C",
  name text not null,
  primary key (org, since)
);

create index organization_parent on hutong.organization (parent) where parent is not null;

-- The numbers by which institutions and staff are known.
create table hutong.directory_code (
  value text collate "C" not null,
  system text collate "C" not null,
  listed bigint not null,       -- res_id of the Organization or Practitioner
  primary key (value, system, listed)
);

create index directory_code_listed on hutong.directory_code (listed);

-- Who takes part in whose alliance, from when until when.
create table hutong.membership (
  affiliation bigint primary key, -- res_id
  lead bigint not null,
  member bigint not null,
  since timestamptz not null,
  until timestamptz not null,
  role text collate "C" not null  -- lead, member, partner; empty for another
);

create index membership_member on hutong.membership (member);
create index membership_lead on hutong.membership (lead);

-- Who works where, from when until when, and who sent them.
create table hutong.post (
  post bigint primary key,      -- res_id of the PractitionerRole
  practitioner bigint not null,
  organization bigint not null,
  home bigint,                  -- the institution that seconds; null for an ordinary post
  since timestamptz not null,
  until timestamptz not null,
  kind text collate "C"         -- of the secondment
);

create index post_practitioner on hutong.post (practitioner);
create index post_secondment on hutong.post (until) where home is not null;

-- What an institution takes in: referrals, or examinations to read.
create table hutong.service (
  service bigint primary key,   -- res_id of the HealthcareService
  provider bigint not null,
  name text not null,
  kinds text[] not null,        -- of requests: referral, remote-ecg, ...
  directions text[] not null,
  channels text[] not null,     -- green channels
  specialties text[] not null,
  hours text not null           -- JSON of org.hutong.directory.Hours
);
