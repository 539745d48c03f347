-- What must hold in Hutong's tables after whatever was written at once. Each statement, up to an
-- empty line, finds what breaks a rule; the line before it says the rule.

-- the present version of every resource is kept
select r.res_type || '/' || r.fhir_id from public.hfj_resource r
where not exists (
  select from public.hfj_res_ver v where v.res_id = r.res_id and v.res_ver = r.res_ver)

-- no version is missing, but the one that bringing back what was deleted may leave out
select r.res_type || '/' || r.fhir_id || ' before ' || v.res_ver
from (
  select res_id, res_ver,
    lag(res_ver) over mine as former, lag(res_deleted_at) over mine as deleted
  from public.hfj_res_ver window mine as (partition by res_id order by res_ver)) v
join public.hfj_resource r on r.res_id = v.res_id
where v.res_ver <> coalesce(v.former, 0) + 1 and v.deleted is null

-- what is deleted is deleted in its last version, and nothing else is
select r.res_type || '/' || r.fhir_id from public.hfj_resource r
join public.hfj_res_ver v on v.res_id = r.res_id and v.res_ver = r.res_ver
where (r.res_deleted_at is null) <> (v.res_deleted_at is null)

-- every resource has a narrow row that agrees with it
select r.res_type || '/' || r.fhir_id from public.hfj_resource r
left join hutong.resource n on n.res_id = r.res_id
where n.res_id is null or n.type <> r.res_type
  or (n.deleted_at is null) <> (r.res_deleted_at is null)

-- every Patient that is not deleted is registered once, and no other resource is
select r.fhir_id from public.hfj_resource r
left join hutong.registration g on g.patient = r.res_id
where (r.res_type = 'Patient' and r.res_deleted_at is null) <> (g.patient is not null)

-- every registration has a person that is there and has no successor
select g.patient::text from hutong.registration g
left join hutong.person p on p.id = g.person
where p.id is null or p.successor is not null

-- a person without registrations has a successor, unless its Patients were deleted
select p.id::text from hutong.person p
where p.successor is null
  and not exists (select from hutong.registration g where g.person = p.id)
  and not exists (
    select from hutong.person_version v
    cross join lateral json_array_elements(v.links::json) link
    join public.hfj_resource r on r.res_type = 'Patient' and r.fhir_id = link ->> 'patient'
    join public.hfj_res_ver gone on gone.res_id = r.res_id and gone.res_deleted_at is not null
    where v.person = p.id)

-- every key and every question is one of registrations that are there; what stewards decided stays
select k.patient::text from hutong.registration_key k
where not exists (select from hutong.registration g where g.patient = k.patient)
union all
select p.one || ' ' || p.other from hutong.pair p
where p.state = 'POSSIBLE'
  and (not exists (select from hutong.registration g where g.patient = p.one)
    or not exists (select from hutong.registration g where g.patient = p.other))

-- what is held together or apart is so by a decision that nobody took back
select p.one || ' ' || p.other from hutong.pair p
where p.state <> 'POSSIBLE'
  and not exists (
    select from hutong.decision d
    where (d.one, d.other) in ((p.one, p.other), (p.other, p.one))
      and d.kind <> 'UNDO' and (d.kind = 'UNLINK') = (p.state = 'APART')
      and not exists (select from hutong.decision u where u.undoes = d.id))

-- whom stewards hold together is one person, and whom they hold apart is two
select p.one || ' ' || p.other from hutong.pair p
join hutong.registration a on a.patient = p.one
join hutong.registration b on b.patient = p.other
where p.state = 'TOGETHER' and a.person <> b.person
  or p.state = 'APART' and a.person = b.person

-- every former version of a person is kept, and names Patients that there are
select p.id::text from hutong.person p
where p.version - 1 <> (select count(*) from hutong.person_version v where v.person = p.id)
union all
select v.person::text from hutong.person_version v
cross join lateral json_array_elements(v.links::json) link
where not exists (
  select from public.hfj_resource r
  where r.res_type = 'Patient' and r.fhir_id = link ->> 'patient')
