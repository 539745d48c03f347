package org.hutong.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.UUID;
import org.hutong.identity.Comparison.Rule;
import org.hutong.identity.Member.Basis;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Component;

/** The tables of persons, in the transaction of whoever calls. */
@Component
class Persons {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final RowMapper<Member> MEMBER =
      (row, number) ->
          new Member(
              row.getLong("patient"),
              row.getObject("person", UUID.class),
              Basis.valueOf(row.getString("basis")),
              registration(row.getString("features")));

  private static final RowMapper<Pair> PAIR =
      (row, number) ->
          new Pair(
              row.getLong("one"),
              row.getLong("other"),
              Pair.State.valueOf(row.getString("state")),
              Rule.valueOf(row.getString("rule")),
              row.getInt("score"));

  private static final String REGISTER =
      """
      insert into hutong.registration (patient, person, basis, features) values (?, ?, ?, ?)
      on conflict (patient) do update
      set person = excluded.person, basis = excluded.basis, features = excluded.features
      """;

  private static final String ADD_KEYS =
      "insert into hutong.registration_key (key, patient) select key, ? from unnest(?) u(key)"
          + " on conflict do nothing";

  /** What a person is before it changes, kept once for each version. */
  private static final String KEEP_VERSION =
      """
      insert into hutong.person_version (person, version, updated, links)
      select p.id, p.version, p.updated,
        coalesce((select json_agg(json_build_object('patient', f.fhir_id, 'basis', r.basis)
                    order by r.patient)
                  from hutong.registration r join public.hfj_resource f on f.res_id = r.patient
                  where r.person = p.id)::text, '[]')
      from hutong.person p where p.id = ?
      on conflict do nothing
      """;

  /** Of a person with very many registrations first those that share a key. */
  static final String NEAR =
      """
      with near as (
        select distinct k.patient
        from unnest(?) u(key)
        cross join lateral (
          select found.patient from hutong.registration_key found
          where found.key = u.key order by found.patient limit 50) k
      )
      select m.patient, m.person, m.basis, m.features
      from (select distinct r.person
            from near join hutong.registration r on r.patient = near.patient) f
      cross join lateral (
        select r.* from hutong.registration r
        where r.person = f.person
        order by r.patient in (select near.patient from near) desc, r.patient limit 100) m
      """;

  private final JdbcTemplate jdbc;

  Persons(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * The registrations of every person that shares a key with a registration, and those of its own
   * person; none of them changes until the transaction ends.
   *
   * @param locks keys that the transaction needs in all
   * @param alone whether everybody else has to wait, because there are too many
   */
  List<Member> candidates(long self, Set<Long> locks, Set<Long> keys, boolean alone) {
    return jdbc.query(
        "select * from hutong.candidates(?, ?, ?, ?)",
        MEMBER,
        self,
        array(locks),
        array(keys),
        alone);
  }

  /** Has all others who would link wait until the transaction ends. */
  void holdBack() {
    jdbc.query("select pg_advisory_xact_lock(x'6964656e74697479'::bigint)", row -> {});
  }

  /** What stewards decided about any two of these. */
  List<Pair> decisions(Collection<Member> members) {
    Long[] patients = members.stream().map(Member::patient).toArray(Long[]::new);
    return jdbc.query(
        """
        select one, other, state, rule, score from hutong.pair
        where one = any(?) and other = any(?) and state <> 'POSSIBLE'
        """,
        PAIR,
        patients,
        patients);
  }

  /** Registrations of persons, with the logical id of each Patient. */
  record Linked(String patient, Member member) {}

  /**
   * A person of today.
   *
   * @param successor whom its last registrations belong to now; null when it has some
   */
  record Current(
      UUID id, int version, Instant updated, @Nullable UUID successor, List<Linked> links) {}

  /** A person as it was. */
  record Past(int version, Instant updated, List<FormerLink> links) {}

  /** What is kept of a link that was. */
  record FormerLink(String patient, Basis basis) {}

  /** Persons by id, in the order asked; those that do not exist are left out. */
  List<Current> read(Collection<UUID> ids) {
    UUID[] wanted = ids.toArray(UUID[]::new);
    Map<UUID, List<Linked>> links = new HashMap<>();
    jdbc.query(
        """
        select r.*, f.fhir_id from hutong.registration r
        join public.hfj_resource f on f.res_id = r.patient
        where r.person = any(?) order by r.patient
        """,
        row -> {
          Member member = MEMBER.mapRow(row, 0);
          if (member != null) {
            links
                .computeIfAbsent(member.person(), first -> new ArrayList<>())
                .add(new Linked(row.getString("fhir_id"), member));
          }
        },
        (Object) wanted);
    Map<UUID, Current> found = new HashMap<>();
    jdbc.query(
        "select * from hutong.person where id = any(?)",
        row -> {
          UUID id = row.getObject("id", UUID.class);
          found.put(
              id,
              new Current(
                  id,
                  row.getInt("version"),
                  row.getTimestamp("updated").toInstant(),
                  row.getObject("successor", UUID.class),
                  links.getOrDefault(id, List.of())));
        },
        (Object) wanted);
    return ids.stream().filter(found::containsKey).map(found::get).toList();
  }

  /** What a person was before, the latest first. */
  List<Past> versions(UUID person) {
    return jdbc.query(
        "select * from hutong.person_version where person = ? order by version desc",
        (row, number) ->
            new Past(
                row.getInt("version"),
                row.getTimestamp("updated").toInstant(),
                links(row.getString("links"))),
        person);
  }

  /** Persons to whom a registration belongs that shares a key, in the order of their ids. */
  List<UUID> byKeys(Collection<Long> keys) {
    return jdbc.queryForList(
        """
        select distinct r.person from hutong.registration_key k
        join hutong.registration r on r.patient = k.patient
        where k.key = any(?) order by r.person limit 1000
        """,
        UUID.class,
        (Object) array(keys));
  }

  /** Persons of Patients by logical id. */
  List<UUID> byPatients(Collection<String> patients) {
    return jdbc.queryForList(
        """
        select distinct r.person from public.hfj_resource f
        join hutong.registration r on r.patient = f.res_id
        where f.res_type = 'Patient' and f.fhir_id = any(?) order by r.person
        """,
        UUID.class,
        (Object) patients.toArray(String[]::new));
  }

  private static List<FormerLink> links(String json) {
    try {
      return List.of(JSON.readValue(json, FormerLink[].class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A version that was kept cannot be read", e);
    }
  }

  /** Makes a person that nobody has heard of. */
  UUID create() {
    UUID id = UUID.randomUUID();
    jdbc.update("insert into hutong.person (id, version, updated) values (?, 1, now())", id);
    return id;
  }

  /** Begins the next version of a person; to be called before its registrations change. */
  void renew(UUID person) {
    jdbc.update(KEEP_VERSION, person);
    jdbc.update(
        "update hutong.person set version = version + 1, updated = now(), successor = null"
            + " where id = ?",
        person);
  }

  /** Notes where the last registrations of a person have gone. */
  void succeeded(UUID person, UUID successor) {
    jdbc.update("update hutong.person set successor = ? where id = ?", successor, person);
  }

  void register(Member member, SortedSet<Long> keys, boolean known) {
    if (known) {
      jdbc.update(
          "delete from hutong.registration_key where patient = ? and key <> all(?)",
          member.patient(),
          array(keys));
    }
    jdbc.update(
        REGISTER,
        member.patient(),
        member.person(),
        member.basis().name(),
        json(member.registration()));
    jdbc.update(ADD_KEYS, member.patient(), array(keys));
  }

  void move(long patient, UUID person, Basis basis) {
    jdbc.update(
        "update hutong.registration set person = ?, basis = ? where patient = ?",
        person,
        basis.name(),
        patient);
  }

  void forget(long patient) {
    jdbc.update("delete from hutong.registration_key where patient = ?", patient);
    jdbc.update("delete from hutong.registration where patient = ?", patient);
    jdbc.update("delete from hutong.pair where (one = ? or other = ?)", patient, patient);
    jdbc.update("delete from hutong.mother where child = ? or mother = ?", patient, patient);
  }

  /** Puts the open questions about a registration in place of those that there were. */
  void ask(long patient, Collection<Pair> possible, boolean known) {
    if (known) {
      jdbc.update(
          "delete from hutong.pair where (one = ? or other = ?) and state = 'POSSIBLE'",
          patient,
          patient);
    }
    possible.forEach(
        pair ->
            jdbc.update(
                """
                insert into hutong.pair (one, other, state, rule, score, since)
                values (?, ?, 'POSSIBLE', ?, ?, now()) on conflict do nothing
                """,
                pair.one(),
                pair.other(),
                pair.rule().name(),
                pair.score()));
  }

  void mother(long child, long mother) {
    jdbc.update(
        "insert into hutong.mother (child, mother) values (?, ?)"
            + " on conflict (child) do update set mother = excluded.mother",
        child,
        mother);
  }

  /**
   * The same registrations as {@link #candidates}, for who only looks: nothing is locked.
   *
   * @param keys of a registration that is not stored
   */
  List<Member> near(Collection<Long> keys) {
    return jdbc.query(NEAR, MEMBER, (Object) array(keys));
  }

  /** All registrations of the persons to whom some Patients, by row id, are held to belong. */
  List<Member> ofPatients(Collection<Long> patients) {
    return jdbc.query(
        """
        select r.* from hutong.registration r
        where r.person in (select o.person from hutong.registration o where o.patient = any(?))
        order by r.patient
        """,
        MEMBER,
        (Object) array(patients));
  }

  private static Long[] array(Collection<Long> keys) {
    return keys.toArray(Long[]::new);
  }

  static String json(Registration registration) {
    try {
      return JSON.writeValueAsString(registration);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A registration cannot be written as JSON", e);
    }
  }

  static Registration registration(String json) {
    try {
      return JSON.readValue(json, Registration.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A registration that was kept cannot be read", e);
    }
  }
}
