-- By which rules what is stored is indexed (decision 0014): one row for each search parameter of a
-- type, and for each rule of ours. A rule is complete when all resources of the type are indexed by
-- it; until then a search that needs it is refused.
create table hutong.index_rule (
  type text collate "C" not null,
  rule text collate "C" not null,    -- code of the search parameter, or a name that no code has
  digest text collate "C" not null,  -- of the rule's definition
  position bigint,                   -- res_id up to which it holds; null when it holds for all
  primary key (type, rule)
);
