package org.hutong.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.hutong.fhir.Problem;
import org.hutong.identity.Comparison.Rule;
import org.hutong.identity.Member.Basis;
import org.hutong.store.Collisions;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Component;

/** The tables of persons, in the transaction of whoever calls. */
@Component
class Persons {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private static final RowMapper<Member> MEMBER =
      (row, number) ->
          new Member(
              row.getLong("patient"),
              row.getObject("person", UUID.class),
              Basis.valueOf(row.getString("basis")),
              parsed(row.getString("features"), Registration.class));

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
      insert into hutong.registration as registration (patient, person, basis, features)
      values (?, ?, ?, ?)
      on conflict (patient) do update
      set person = excluded.person, basis = excluded.basis, features = excluded.features,
          home = case when registration.person = excluded.person then registration.home end
      """;

  /** What stewards decided stays, even of a Patient that is deleted: it may come back. */
  private static final String NO_QUESTIONS =
      "delete from hutong.pair where (one = ? or other = ?) and state = 'POSSIBLE'";

  private static final String ADD_KEYS =
      "insert into hutong.registration_key (key, patient) select key, ? from unnest(?) u(key)"
          + " on conflict do nothing";

  /** What a person is before it changes; nothing when this transaction has begun its version. */
  private static final String KEEP_VERSION =
      """
      insert into hutong.person_version (person, version, updated, decision, links)
      select p.id, p.version, p.updated, p.decision,
        coalesce((select json_agg(json_build_object('patient', f.fhir_id, 'basis', r.basis)
                    order by r.patient)
                  from hutong.registration r join public.hfj_resource f on f.res_id = r.patient
                  where r.person = p.id)::text, '[]')
      from hutong.person p where p.id = ? and p.xmin <> pg_current_xact_id()::xid
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

  /**
   * The same, for somebody who can come again: whoever registers stands behind.
   *
   * @throws Problem overloaded, when those before take too long
   */
  void holdBackSoon() {
    jdbc.execute("set local lock_timeout = " + PATIENCE.toMillis());
    try {
      holdBack();
    } catch (DataAccessException failed) {
      throw Collisions.hasWaitedTooLong(failed) ? Problem.overloaded(RETRY_AFTER) : failed;
    }
    jdbc.execute("set local lock_timeout = default");
  }

  /** What stewards hold of any two of these, by row id, be they registered or not. */
  Decisions decisions(Collection<Long> patients) {
    return new Decisions(
        jdbc.query(
            """
            select p.one, p.other, p.state, (
                select d.before from hutong.decision d
                where (d.one, d.other) in ((p.one, p.other), (p.other, p.one))
                  and d.kind = 'UNLINK' and p.state = 'APART'
                  and not exists (select from hutong.decision u where u.undoes = d.id)
                order by d.number desc limit 1) as before
            from hutong.pair p
            where p.one = any(?) and p.other = any(?) and p.state <> 'POSSIBLE'
            order by p.one, p.other
            """,
            (row, number) -> {
              Two two = new Two(row.getLong("one"), row.getLong("other"));
              String before = row.getString("before");
              return new Decisions.Said(
                  two,
                  Pair.State.valueOf(row.getString("state")),
                  before == null
                      ? Set.of()
                      : parsed(before, Decision.Before.class).linkedWith(two));
            },
            array(patients),
            array(patients)));
  }

  /** Registrations that stewards hold to be one person's with some, or another's. */
  List<Member> partners(Collection<Long> patients) {
    return jdbc.query(
        """
        select r.* from hutong.registration r where r.patient in (
          select p.other from hutong.pair p where p.one = any(?) and p.state <> 'POSSIBLE'
          union all
          select p.one from hutong.pair p where p.other = any(?) and p.state <> 'POSSIBLE')
        order by r.patient
        """,
        MEMBER,
        array(patients),
        array(patients));
  }

  /** Registrations of persons, with the logical id of each Patient. */
  record Linked(String patient, Member member) {}

  /**
   * A person of today.
   *
   * @param successor whom its last registrations belong to now; null when it has some
   * @param decision of the steward that began this version; null when nobody decided
   */
  record Current(
      UUID id,
      int version,
      Instant updated,
      @Nullable UUID successor,
      @Nullable UUID decision,
      List<Linked> links) {}

  /** A person as it was. */
  record Past(int version, Instant updated, @Nullable UUID decision, List<FormerLink> links) {}

  /** A newborn that was registered under a number of its mother, and she. */
  record Kin(UUID child, UUID mother) {}

  /** Whose children some persons are, and whose mothers. */
  List<Kin> kin(Collection<UUID> ids) {
    UUID[] wanted = ids.toArray(UUID[]::new);
    return jdbc.query(
        """
        select distinct c.person as child, m.person as mother
        from hutong.registration r
        join hutong.mother k on r.patient in (k.child, k.mother)
        join hutong.registration c on c.patient = k.child
        join hutong.registration m on m.patient = k.mother
        where r.person = any(?) order by child, mother
        """,
        (row, number) ->
            new Kin(row.getObject("child", UUID.class), row.getObject("mother", UUID.class)),
        (Object) wanted);
  }

  /** What is kept of a link that was. */
  record FormerLink(String patient, Basis basis) {}

  /** Those of some ids that are persons', sorted. */
  List<UUID> existing(Collection<UUID> ids) {
    return jdbc.queryForList(
        "select id from hutong.person where id = any(?) order by id",
        UUID.class,
        (Object) ids.toArray(UUID[]::new));
  }

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
                  row.getObject("decision", UUID.class),
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
                row.getObject("decision", UUID.class),
                List.of(parsed(row.getString("links"), FormerLink[].class))),
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

  /** Makes a person that nobody has heard of. */
  UUID create(@Nullable UUID decision) {
    UUID id = UUID.randomUUID();
    jdbc.update(
        "insert into hutong.person (id, version, updated, decision) values (?, 1, now(), ?)",
        id,
        decision);
    return id;
  }

  /**
   * Begins the next version of a person; to be called before its registrations change. However
   * often a transaction does, it makes one version.
   *
   * @param decision of the steward who changes it; null when nobody decided
   */
  void renew(UUID person, @Nullable UUID decision) {
    jdbc.update(KEEP_VERSION, person);
    jdbc.update(
        """
        update hutong.person
        set version = version + 1, updated = now(), successor = null, decision = ?
        where id = ? and xmin <> pg_current_xact_id()::xid
        """,
        decision,
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
        written(member.registration()));
    jdbc.update(ADD_KEYS, member.patient(), array(keys));
  }

  /**
   * Has a registration belong to another person, or for another reason.
   *
   * @param decided whether it would go home if stewards had decided nothing
   */
  void move(Member member, UUID person, boolean decided) {
    jdbc.update(
        """
        update hutong.registration r
        set person = ?, basis = ?,
            home = case
              when not ? then null
              when r.home = ? or r.home is null and r.person = ? then null
              when r.home is null then (select p.id from hutong.person p where p.id = r.person)
              else r.home end
        where r.patient = ?
        """,
        person,
        member.basis().name(),
        decided,
        person,
        person,
        member.patient());
  }

  /** The persons of those who belong elsewhere because stewards decided so, by row id. */
  Map<Long, UUID> homes(Collection<Long> patients) {
    Map<Long, UUID> homes = new HashMap<>();
    jdbc.query(
        "select patient, home from hutong.registration where patient = any(?) and home is not null",
        row -> {
          homes.put(row.getLong("patient"), row.getObject("home", UUID.class));
        },
        (Object) array(patients));
    return homes;
  }

  /** The persons of some registrations, as far as they are kept already. */
  Set<UUID> presentOf(Collection<Member> members) {
    return new HashSet<>(
        existing(members.stream().map(Member::person).collect(Collectors.toSet())));
  }

  /** Whether a person is kept that has no registration. */
  boolean isVacant(UUID person) {
    return Boolean.TRUE.equals(
        jdbc.queryForObject(
            "select exists (select from hutong.person p where p.id = ?)"
                + " and not exists (select from hutong.registration r where r.person = ?)",
            Boolean.class,
            person,
            person));
  }

  /** Whose registration a deleted Patient was, if nobody else's is left; null for nobody's. */
  @Nullable UUID remembered(long patient) {
    return jdbc
        .queryForList(
            "delete from hutong.forgotten where patient = ? returning person", UUID.class, patient)
        .stream()
        .filter(this::isVacant)
        .findFirst()
        .orElse(null);
  }

  /** Moves every registration of one person to another, however many there are. */
  void moveAll(UUID from, UUID to) {
    jdbc.update("update hutong.registration set person = ? where person = ?", to, from);
  }

  /**
   * Forgets a registration, but not whose it was: the Patient may come back.
   *
   * @param person to whom it belonged
   */
  void forget(long patient, UUID person) {
    jdbc.update(
        "insert into hutong.forgotten (patient, person) values (?, ?)"
            + " on conflict (patient) do update set person = excluded.person",
        patient,
        person);
    jdbc.update("delete from hutong.registration_key where patient = ?", patient);
    jdbc.update("delete from hutong.registration where patient = ?", patient);
    jdbc.update(NO_QUESTIONS, patient, patient);
    jdbc.update("delete from hutong.mother where child = ? or mother = ?", patient, patient);
  }

  /** Puts the open questions about a registration in place of those that there were. */
  void ask(long patient, Collection<Pair> possible, boolean known) {
    if (known) {
      jdbc.update(NO_QUESTIONS, patient, patient);
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

  /** Notes whose child somebody is, as far as a registration says so. */
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

  /** Forgets whose child a registration was said to be. */
  void motherless(long child) {
    jdbc.update("delete from hutong.mother where child = ?", child);
  }

  /** The registration of a Patient, by logical id. */
  Optional<Linked> registered(String patient) {
    return jdbc
        .query(
            """
            select r.*, f.fhir_id from public.hfj_resource f
            join hutong.registration r on r.patient = f.res_id
            where f.res_type = 'Patient' and f.fhir_id = ?
            """,
            (row, number) -> new Linked(row.getString("fhir_id"), member(row, number)),
            patient)
        .stream()
        .findFirst();
  }

  /** A registration by row id. */
  Optional<Member> member(long patient) {
    return jdbc
        .query("select * from hutong.registration where patient = ?", MEMBER, patient)
        .stream()
        .findFirst();
  }

  /** Some registrations, by row id. */
  List<Member> members(Collection<Long> patients) {
    return jdbc.query(
        "select * from hutong.registration where patient = any(?) order by patient",
        MEMBER,
        (Object) array(patients));
  }

  /** All registrations of some persons, the eldest first. */
  List<Member> ofPersons(Collection<UUID> wanted) {
    return jdbc.query(
        "select * from hutong.registration where person = any(?) order by patient",
        MEMBER,
        (Object) wanted.toArray(UUID[]::new));
  }

  /** What is known of two. */
  Optional<Pair> pair(long one, long other) {
    return jdbc
        .query(
            "select one, other, state, rule, score from hutong.pair where one = ? and other = ?",
            PAIR,
            Math.min(one, other),
            Math.max(one, other))
        .stream()
        .findFirst();
  }

  /** Has a decision about two hold, or none. */
  void hold(Two two, Decision.@Nullable Kind kind) {
    if (kind == null) {
      jdbc.update(
          "delete from hutong.pair where one = ? and other = ? and state <> 'POSSIBLE'",
          two.one(),
          two.other());
    } else {
      jdbc.update(
          """
          insert into hutong.pair as pair (one, other, state, rule, score, since)
          values (?, ?, ?, 'STEWARD', 0, now())
          on conflict (one, other) do update
          set state = excluded.state, rule = excluded.rule, score = excluded.score,
              since = excluded.since
          where pair.state <> excluded.state
          """,
          two.one(),
          two.other(),
          (kind == Decision.Kind.UNLINK ? Pair.State.APART : Pair.State.TOGETHER).name());
    }
  }

  /**
   * Notes a decision.
   *
   * @param undoes the decision that it takes back; null when it takes none back
   */
  void note(UUID id, Steward.Grounded decision, Decision.Before before, @Nullable UUID undoes) {
    jdbc.update(
        """
        insert into hutong.decision (id, at, kind, one, other, reason, institution, before, undoes)
        values (?, now(), ?, ?, ?, ?, ?, ?, ?)
        """,
        id,
        decision.kind().name(),
        decision.one(),
        decision.other(),
        decision.grounds().reason(),
        decision.grounds().institution(),
        written(before),
        undoes);
  }

  /** Notes what a merge has left, once that is known. */
  void amend(UUID id, Decision.Merged merged) {
    decision(id)
        .ifPresent(
            decision ->
                jdbc.update(
                    "update hutong.decision set before = ? where id = ?",
                    written(new Decision.Before(decision.before().persons(), merged)),
                    id));
  }

  private static final String DECISIONS =
      """
      select d.*, u.id as undone_by from hutong.decision d
      left join hutong.decision u on u.undoes = d.id
      """;

  private static final RowMapper<Decision> DECISION =
      (row, number) ->
          new Decision(
              row.getObject("id", UUID.class),
              row.getTimestamp("at").toInstant(),
              Decision.Kind.valueOf(row.getString("kind")),
              row.getLong("one"),
              row.getLong("other"),
              row.getString("reason"),
              row.getString("institution"),
              parsed(row.getString("before"), Decision.Before.class),
              row.getObject("undoes", UUID.class),
              row.getObject("undone_by", UUID.class));

  /** A decision. */
  Optional<Decision> decision(UUID id) {
    return jdbc.query(DECISIONS + " where d.id = ?", DECISION, id).stream().findFirst();
  }

  /** Every decision about a registration, the latest first. */
  List<Decision> about(long patient, int most) {
    return jdbc.query(
        DECISIONS + " where d.one = ? or d.other = ? order by d.number desc limit ?",
        DECISION,
        patient,
        patient,
        most);
  }

  /** How many decisions there are about a registration. */
  int countAbout(long patient) {
    Integer count =
        jdbc.queryForObject(
            "select count(*) from hutong.decision d where d.one = ? or d.other = ?",
            Integer.class,
            patient,
            patient);
    return count == null ? 0 : count;
  }

  /**
   * The decisions that nobody took back and that hang together: about some registrations, and about
   * those with which they have to do. The latest first.
   */
  List<Decision> standing(Collection<Long> patients) {
    Set<Long> rows = new HashSet<>(patients);
    while (true) {
      List<Decision> found =
          jdbc.query(
              DECISIONS
                  + " where (d.one = any(?) or d.other = any(?)) and d.kind <> 'UNDO'"
                  + " and u.id is null order by d.number desc",
              DECISION,
              array(rows),
              array(rows));
      boolean more = false;
      for (Decision decision : found) {
        more |= rows.add(decision.one());
        more |= rows.add(decision.other());
      }
      if (!more) {
        return found;
      }
    }
  }

  /**
   * Which questions are asked for.
   *
   * @param patient row id; null for all
   * @param after the question with which the page before ended; null for the first page
   */
  record Asking(@Nullable Long patient, @Nullable Rule rule, @Nullable Place after) {}

  /** Where a question stands. */
  record Place(int score, long one, long other) {}

  /** A question to a steward, with the logical ids of both Patients. */
  record Question(Pair pair, String one, String other, Instant since) {}

  private static final String QUEUE =
      """
      from hutong.pair p
      join hutong.registration a on a.patient = p.one
      join hutong.registration b on b.patient = p.other
      where p.state = 'POSSIBLE' and a.person <> b.person
        and (?::bigint is null or ?::bigint in (p.one, p.other))
        and (?::text is null or p.rule = ?::text)
        and not exists (
          select from hutong.registration x
          join hutong.pair d on x.patient in (d.one, d.other) and d.state = 'APART'
          join hutong.registration y on y.patient = d.one + d.other - x.patient
          where x.person = a.person and y.person = b.person)
      """;

  /** Has others who would say that one Patient takes another's place wait. */
  void holdReplacements() {
    jdbc.query("select pg_advisory_xact_lock(x'7265706c61636564'::bigint)", row -> {});
  }

  /**
   * Keeps which Patients a Patient says to have replaced, and by which it is.
   *
   * @param replaces logical ids
   * @param replacedBy logical ids
   */
  void replacements(long self, Collection<String> replaces, Collection<String> replacedBy) {
    jdbc.update("delete from hutong.replacement where patient = ?", self);
    jdbc.update(
        """
        insert into hutong.replacement (patient, source, target)
        select ?, f.res_id, ? from public.hfj_resource f
        where f.res_type = 'Patient' and f.fhir_id = any(?)
        union all
        select ?, ?, f.res_id from public.hfj_resource f
        where f.res_type = 'Patient' and f.fhir_id = any(?)
        on conflict do nothing
        """,
        self,
        self,
        array(replaces, String[]::new),
        self,
        self,
        array(replacedBy, String[]::new));
  }

  /** The way from a Patient over those that took its place back to itself; empty for none. */
  List<String> circle(long self) {
    return jdbc.queryForList(
        """
        with recursive way (at, passed) as (
          select ?::bigint, array[]::bigint[]
          union all
          select r.target, w.passed || w.at
          from way w join hutong.replacement r on r.source = w.at
          where not w.at = any(w.passed) and cardinality(w.passed) < 100
        )
        select f.fhir_id
        from (select passed || at as passed from way where at = ? and passed <> '{}' limit 1) c
        cross join lateral unnest(c.passed) with ordinality p(id, number)
        join public.hfj_resource f on f.res_id = p.id order by p.number
        """,
        String.class,
        self,
        self);
  }

  private static <T> T[] array(Collection<T> values, IntFunction<T[]> made) {
    return values.toArray(made.apply(0));
  }

  /** Questions to stewards, the likeliest pairs first. */
  List<Question> queue(Asking asking, int most) {
    Place after = asking.after();
    String rule = asking.rule() == null ? null : asking.rule().name();
    return jdbc.query(
        "select p.one, p.other, p.state, p.rule, p.score, p.since, f.fhir_id as one_id,"
            + " g.fhir_id as other_id from (select p.* "
            + QUEUE
            + """
                and (?::int is null or (-p.score, p.one, p.other) > (-?::int, ?::bigint, ?::bigint))
              order by -p.score, p.one, p.other limit ?) p
              join public.hfj_resource f on f.res_id = p.one
              join public.hfj_resource g on g.res_id = p.other
              order by -p.score, p.one, p.other
              """,
        (row, number) ->
            new Question(
                pair(row, number),
                row.getString("one_id"),
                row.getString("other_id"),
                row.getTimestamp("since").toInstant()),
        asking.patient(),
        asking.patient(),
        rule,
        rule,
        after == null ? null : after.score(),
        after == null ? null : after.score(),
        after == null ? null : after.one(),
        after == null ? null : after.other(),
        most);
  }

  /** How many questions there are in all. */
  int queued(Asking asking) {
    String rule = asking.rule() == null ? null : asking.rule().name();
    Integer count =
        jdbc.queryForObject(
            "select count(*) " + QUEUE,
            Integer.class,
            asking.patient(),
            asking.patient(),
            rule,
            rule);
    return count == null ? 0 : count;
  }

  /** The row id of a Patient, deleted or not; null when there never was one. */
  @Nullable Long rowOf(String patient) {
    return jdbc
        .queryForList(
            "select res_id from public.hfj_resource where res_type = 'Patient' and fhir_id = ?",
            Long.class,
            patient)
        .stream()
        .findFirst()
        .orElse(null);
  }

  /** Logical ids of Patients, by row id. */
  Map<Long, String> logicalIds(Collection<Long> patients) {
    Map<Long, String> ids = new HashMap<>();
    jdbc.query(
        "select res_id, fhir_id from public.hfj_resource where res_id = any(?)",
        row -> {
          ids.put(row.getLong("res_id"), row.getString("fhir_id"));
        },
        (Object) array(patients));
    return ids;
  }

  private static Pair pair(ResultSet row, int number) throws SQLException {
    Pair pair = PAIR.mapRow(row, number);
    if (pair == null) {
      throw new IllegalStateException("A row is no pair");
    }
    return pair;
  }

  private static Member member(ResultSet row, int number) throws SQLException {
    Member member = MEMBER.mapRow(row, number);
    if (member == null) {
      throw new IllegalStateException("A row is no registration");
    }
    return member;
  }

  private static Long[] array(Collection<Long> keys) {
    return keys.toArray(Long[]::new);
  }

  static String written(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("What is to be kept cannot be written as JSON", e);
    }
  }

  private static <T> T parsed(String json, Class<T> type) {
    try {
      return JSON.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("What was kept cannot be read", e);
    }
  }
}
