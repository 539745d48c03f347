-- Every write paid for what nothing asks (decision 0013).

-- A foreign key locks the row that it points at: all writes of an institution locked the same one.
-- No institution is ever removed.
alter table hutong.resource drop constraint resource_owner_fkey;

-- Indexes of the engine for requests that the doors refuse: history of a type or of the server,
-- search of all types at once, and meta.source, which the narrow row keeps.
drop index if exists public.idx_res_date;
drop index if exists public.idx_resver_date;
drop index if exists public.idx_resver_type_date;
drop index if exists public.idx_resver_id_src_uri;
