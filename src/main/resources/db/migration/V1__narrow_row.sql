-- Who may own a resource: an institution of the alliance, named by its code.
create table hutong.institution (
  id int generated always as identity primary key,
  code text not null unique
);

-- The narrow row: one per resource, current or deleted, written in the transaction of the resource.
-- It is the only truth for owner and labels; access and the record are decided by scanning it.
--
-- The eight-byte columns come first and the nullable ones among them cost nothing when null, so
-- that a row without padding stays near 100 bytes. fillfactor leaves room on the page: a change of
-- labels, deleted_at or source touches no index and stays on it (a HOT update).
--
-- The foreign key waits for the commit because the engine writes its own row, on a single create,
-- after the hook that writes this one. The type is text, not a code: decision 0003.
create table hutong.resource (
  res_id bigint primary key
    references public.hfj_resource (res_id) on delete cascade deferrable initially deferred,
  patient bigint,             -- res_id of the Patient whose record this belongs to
  person bigint,              -- the person whom identity holds that patient to be
  clinical_time timestamptz,  -- when it happened, not when it was written
  deleted_at timestamptz,
  owner int not null references hutong.institution (id),
  type text collate "C" not null,
  source text,                -- meta.source as the client sent it
  labels text[] not null default '{}'
) with (fillfactor = 90);

-- Two indexes besides the key, since each costs every write.

-- A record, or one type of it, newest first. What belongs to no patient is not in it.
create index resource_patient on hutong.resource (patient, type, clinical_time desc, res_id)
  where patient is not null;

-- What one institution owns, by type: its own searches, and the proof that a search stays within
-- what a caller may see.
create index resource_owner on hutong.resource (owner, type, clinical_time desc, res_id);
