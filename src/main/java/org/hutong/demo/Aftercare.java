package org.hutong.demo;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What goes on after a stay for good: the township sees the resident regularly and prescribes.
 *
 * @param after how the code of the stay's illness begins
 * @param problem what the illness leaves, in the problem list from the first visit on; null when it
 *     is the illness itself
 */
record Aftercare(String after, String name, @Nullable Diagnosis problem, List<String> drugs) {

  private static final List<Aftercare> ALL =
      Table.read(
          "aftercare",
          row ->
              new Aftercare(
                  row.text("after"),
                  row.text("name"),
                  row.text("code").isEmpty()
                      ? null
                      : new Diagnosis(row.text("code"), row.text("problem")),
                  row.list("drugs")));

  /** Days after the stay of the first visit; the medicines taken along last so long. */
  private static final int FIRST = 28;

  /** Days between the visits, and for which medicines are given. */
  private static final int INTERVAL = 84;

  /** Days by which a visit is put off for which there is no time. */
  private static final int LATE = 5;

  static void write(Chart chart) {
    for (Stay stay : chart.stays()) {
      for (Aftercare care : ALL) {
        if (care.follows(stay)) {
          care.write(chart, stay);
        }
      }
    }
  }

  /** What somebody takes for good by then because of a stay. */
  static Set<String> drugs(Chart chart, LocalDateTime at) {
    Set<String> drugs = new HashSet<>();
    for (Stay stay : chart.stays()) {
      for (Aftercare care : ALL) {
        if (care.follows(stay) && stay.admitted().isBefore(at)) {
          drugs.addAll(care.drugs());
        }
      }
    }
    return drugs;
  }

  private boolean follows(Stay stay) {
    return stay.course().illness().diagnosis().code().startsWith(after);
  }

  private void write(Chart chart, Stay stay) {
    LocalDateTime left = stay.discharged();
    boolean first = true;
    for (int day = FIRST; left != null && left.plusDays(day).isBefore(chart.asOf()); ) {
      LocalDateTime at = free(chart, left.plusDays(day));
      if (at != null) {
        visit(chart, stay, at, first);
        first = false;
      }
      day += INTERVAL;
    }
  }

  private static @Nullable LocalDateTime free(Chart chart, LocalDateTime from) {
    for (int late = 0; late <= LATE; late++) {
      LocalDateTime at =
          from.toLocalDate().plusDays(late).atTime(8, chart.chance().between(10, 59));
      if (at.plusHours(2).isBefore(chart.asOf()) && chart.take(at, at.plusHours(2))) {
        return at;
      }
    }
    return null;
  }

  private void visit(Chart chart, Stay stay, LocalDateTime at, boolean first) {
    Site site = chart.resident().township();
    Doctor doctor = chart.directory().doctor(site, "02", chart.chance());
    Visit visit = new Visit(chart, doctor, at, 15, false);
    Key condition = first && problem != null ? chart.key(site, "Condition") : null;
    boolean known = problem != null && chart.known(problem.code(), at);
    List<Key> conditions = new ArrayList<>();
    if (condition != null && !known) {
      conditions.add(condition);
    }
    Key seen = visit.encounter(name + "随访", "02", conditions);
    Diagnosis cause = problem == null ? stay.course().illness().diagnosis() : problem;
    new Findings(visit, seen, cause, "")
        .write(first ? List.of("pressure", "ecg") : List.of("pressure"));
    if (condition != null && !known) {
      new Diagnosed(chart, site, seen, visit.decided())
          .write(
              condition,
              cause,
              "problem-list-item",
              stay.admitted().toLocalDate().toString(),
              null);
    }
    boolean going = at.plusDays(INTERVAL).isAfter(chart.asOf());
    Prescription.write(visit, seen, drugs, going, INTERVAL);
  }
}
