package org.hutong.directory;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What the tables of the directory have in common: row ids, numbers and locks. */
@Component
class DirectoryRows {
  /** Key of the advisory lock of all who keep the directory: "Hutong" and 16. */
  private static final long KEEP = 0x4875746f6e670010L;

  /** The same of those who change what must be free of contradictions. */
  private static final long CHANGE = 0x4875746f6e670011L;

  /** The same of imports. */
  private static final long IMPORT = 0x4875746f6e670012L;

  private final JdbcTemplate jdbc;

  DirectoryRows(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** Lets others keep the directory too, until the transaction ends, but nobody make it anew. */
  void share() {
    lock("select pg_advisory_xact_lock_shared(" + KEEP + ")");
  }

  /** Has all others wait who would keep the directory, until the transaction ends. */
  void holdBack() {
    lock("select pg_advisory_xact_lock(" + KEEP + ")");
  }

  /** Has all others wait who would change the tree or memberships, until the transaction ends. */
  void alone() {
    lock("select pg_advisory_xact_lock(" + CHANGE + ")");
  }

  /** Has other imports wait until the transaction ends. */
  void oneImport() {
    lock("select pg_advisory_xact_lock(" + IMPORT + ")");
  }

  private void lock(String sql) {
    jdbc.query(sql, row -> {});
  }

  /** The row ids of resources of a type, by their logical ids. */
  Map<String, Long> ids(String type, Collection<String> logical) {
    Map<String, Long> found = new HashMap<>();
    if (!logical.isEmpty()) {
      jdbc.query(
          "select fhir_id, res_id from public.hfj_resource where res_type = ? and fhir_id = any(?)",
          row -> {
            found.put(row.getString("fhir_id"), row.getLong("res_id"));
          },
          type,
          logical.toArray(String[]::new));
    }
    return found;
  }

  /** The logical id that a reference names; null when it names none of the type. */
  static @Nullable String target(Reference reference, String type) {
    var id = reference.getReferenceElement();
    return type.equals(id.getResourceType()) ? id.getIdPart() : null;
  }

  /** Keeps the numbers of those systems by which each is known, in place of the former ones. */
  void codes(Map<Long, List<Identifier>> identifiers, Set<String> systems) {
    jdbc.update(
        "delete from hutong.directory_code where listed = any(?)",
        (Object) identifiers.keySet().toArray(Long[]::new));
    Set<Code> once = new HashSet<>();
    identifiers.forEach(
        (listed, all) ->
            all.stream()
                .filter(each -> systems.contains(each.getSystem()) && each.hasValue())
                .forEach(each -> once.add(new Code(each.getValue(), each.getSystem(), listed))));
    jdbc.batchUpdate(
        "insert into hutong.directory_code (value, system, listed) values (?, ?, ?)",
        once.stream()
            .map(code -> new Object[] {code.value(), code.system(), code.listed()})
            .toList());
  }

  /** A number by which somebody or an institution is known. */
  record Code(String value, String system, long listed) {}

  /** Who is known by any of some numbers. */
  List<Code> listed(Collection<String> values) {
    return jdbc.query(
        "select value, system, listed from hutong.directory_code where value = any(?)",
        (row, number) ->
            new Code(row.getString("value"), row.getString("system"), row.getLong("listed")),
        (Object) values.toArray(String[]::new));
  }
}
