-- Entries that every write paid for and no search asked (decision 0015).

-- The values of one parameter by its name alone: only :not within _filter asks so, which the doors
-- refuse. :missing and _sort come with the resource at hand and take idx_sp_token_resid_v2.
drop index if exists public.idx_sp_token_hash_v2;

-- References to what is not stored here; nearly all are to what is.
drop index if exists public.idx_rl_srcpath_tgturl;
create index idx_rl_srcpath_tgturl
  on public.hfj_res_link (src_path, target_resource_url, partition_id, src_resource_id)
  where target_resource_url is not null;
