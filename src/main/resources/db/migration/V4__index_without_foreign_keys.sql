-- The rows that a resource is found by are written by us, before the engine writes the resource
-- (decision 0015). The keys proved nothing: no row of a resource is ever removed. Each cost a look
-- at the resource per row, and the writers of one patient's record waited for each other.
do $$
declare
  key record;
begin
  for key in
    select conrelid::regclass as index, conname
    from pg_constraint
    where contype = 'f'
      and confrelid = 'public.hfj_resource'::regclass
      and conrelid in (
        'public.hfj_spidx_string'::regclass, 'public.hfj_spidx_token'::regclass,
        'public.hfj_spidx_date'::regclass, 'public.hfj_spidx_number'::regclass,
        'public.hfj_spidx_quantity'::regclass, 'public.hfj_spidx_uri'::regclass,
        'public.hfj_res_link'::regclass)
  loop
    execute format('alter table %s drop constraint %I', key.index, key.conname);
  end loop;
end $$;
