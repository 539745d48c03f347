package org.hutong.demo;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Care that goes through several institutions: a resident is sent on, comes or does not come, is
 * treated, and is sent back.
 */
final class Referred {
  /** Minutes that the sender has for somebody before the referral, and after it. */
  private static final int BEFORE = 35;

  private static final int CONTACT = BEFORE + 10;

  /** Hours after an appointment from which on it has been missed. */
  private static final int MISSED = 48;

  private final Chart chart;
  private final Course course;
  private final State state;
  private final boolean twice;
  private final LocalDateTime at;
  private final @Nullable Channel channel;

  /**
   * @param state in which it is now; of one in error there is another, which is closed
   * @param at when the referral is asked for
   */
  Referred(Chart chart, Course course, State state, LocalDateTime at, @Nullable Channel channel) {
    this.chart = chart;
    this.course = course;
    this.state = state == State.VOID ? State.CLOSED : state;
    this.twice = state == State.VOID;
    this.at = at;
    this.channel = channel;
  }

  /** From the township to a hospital of the county. */
  void up() {
    Directory directory = chart.directory();
    Doctor sender = directory.doctor(chart.resident().township(), "02", chart.chance());
    send("up", sender, Admission.hospital(chart, course));
  }

  /** From the lead hospital to one outside the county. */
  void out() {
    Directory directory = chart.directory();
    Doctor sender = directory.doctor(directory.lead(), specialty(), chart.chance());
    send("out-of-county", sender, directory.outside(specialty(), chart.chance()));
  }

  private void send(String direction, Doctor sender, Site to) {
    Illness illness = course.illness();
    chart.clock().clear();
    boolean emergency = channel != null || course.urgent() || shut(contact());
    Visit visit = new Visit(chart, sender, contact(), CONTACT, emergency);
    Site site = visit.site();
    List<Key> conditions = new ArrayList<>();
    conditions.add(chart.key(site, "Condition"));
    if (illness.cause() != null) {
      conditions.add(chart.key(site, "Condition"));
    }
    String complaint = illness.complaint(chart.resident(), at.toLocalDate());
    Key seen = visit.encounter(complaint, specialty(), conditions);
    Diagnosed diagnosed = new Diagnosed(chart, site, seen, at.minusMinutes(5));
    String onset = Illness.onset(complaint, contact());
    if (state.came()) {
      diagnosed.suspect(conditions, illness, onset);
    } else {
      diagnosed.write(
          conditions, illness, onset, diagnosed.over(illness, Admission.latest(course, at)));
      chart.has(illness);
      Pregnancy.carried(chart, illness, at, null);
      if (illness.lasts() == 0) {
        List<String> meanwhile = illness.drugs().stream().filter(Prescription::home).toList();
        Prescription.write(visit, seen, meanwhile, false);
      }
    }
    Findings findings = new Findings(visit, seen, illness.diagnosis(), complaint);
    findings.write(tests());

    Referral referral = new Referral(chart, direction, sender, to, at, state, course, channel);
    Site last = state == State.REDIRECTED ? other() : to;
    if (twice) {
      enter(direction, sender, to, seen, conditions);
    }
    Key request = referral.request(seen, conditions, null, last);
    if (state.came()) {
      treat(referral, request);
    } else {
      referral.task(request, null, null, expected(referral), changed(referral));
      if (state == State.REDIRECTED) {
        redirect(referral, last, request);
      }
    }
  }

  /**
   * What the sender looks at before: the heart where it may be ill, and bones that may be broken.
   */
  private List<String> tests() {
    List<String> tests = new ArrayList<>();
    tests.add("pressure");
    for (String test : course.illness().tests()) {
      boolean heart = test.equals("ecg") && !course.illness().specialty().equals("0403");
      if (heart || course.urgent() && Imaging.plain(test)) {
        tests.add(test);
      }
    }
    return tests;
  }

  /** The same referral once more, by mistake. */
  private void enter(String direction, Doctor sender, Site to, Key seen, List<Key> info) {
    LocalDateTime before = at.minusMinutes(2);
    Referral first =
        new Referral(chart, direction, sender, to, before, State.VOID, course, channel);
    Key request = first.request(seen, info, null, to);
    first.task(request, null, null, null, at.plusMinutes(3));
  }

  /** Whether only those come who cannot wait. */
  private static boolean shut(LocalDateTime time) {
    return time.getHour() < 7 || time.getHour() >= 18;
  }

  private void treat(Referral referral, Key request) {
    LocalDateTime arrival = at.plusMinutes(channel == null ? minutes(90, 170) : minutes(28, 55));
    LocalDateTime leave = leave(course, arrival, chart);
    boolean left = state == State.RETURNING || state == State.CLOSED;
    boolean back =
        state == State.RETURNING || left && chart.chance().happens(course.rehabilitation());
    Site home = chart.resident().township();
    Site destination = back && !referral.direction().equals("out-of-county") ? home : null;
    Doctor doctor = chart.directory().doctor(referral.to(), specialty(), chart.chance());
    Stay stay = new Stay(chart, course, doctor, arrival, left ? leave : null);
    Key encounter =
        stay.write(
            new Stay.Origin(referral.from().site(), request, channel, contact()), destination);
    Key answer = destination == null ? null : back(doctor, home, encounter, request, leave);
    LocalDateTime changed = left ? leave.plusMinutes(20) : arrival.plusMinutes(15);
    referral.task(request, encounter, answer, arrival, changed);
  }

  /** When the resident came to the sender. */
  private LocalDateTime contact() {
    return at.minusMinutes(BEFORE);
  }

  private String specialty() {
    return course.illness().specialty(chart.resident(), at.toLocalDate());
  }

  /** Where women and children go when the lead hospital sends them on; else Chinese medicine. */
  private Site other() {
    boolean family = specialty().startsWith("05") || specialty().equals("07");
    return chart.directory().site(family ? 6 : 5);
  }

  /** Sends the resident back after a referral, and the township sees them. */
  private Key back(Doctor doctor, Site home, Key stay, Key up, LocalDateTime leave) {
    LocalDateTime seen = leave.plusDays(minutes(2, 6)).toLocalDate().atTime(9, 10);
    boolean own = seen.isBefore(Admission.latest(course, at)) && seen.isBefore(chart.asOf());
    boolean came = state == State.CLOSED && (own || chart.take(seen, seen.plusHours(1)));
    String direction = chart.chance().happens(0.3) ? "return" : "down";
    LocalDateTime sent = leave.minusMinutes(50);
    boolean late = !sent.plusDays(8).isAfter(chart.asOf());
    State its = came ? State.CLOSED : late ? State.EXPIRED : State.REQUESTED;
    Referral down = new Referral(chart, direction, doctor, home, sent, its, course, null);
    Key request = down.request(stay, List.of(), up, home);
    follow(down, request, came ? seen : null);
    return request;
  }

  /** From the lead hospital's ward to the township, for somebody who came by themselves. */
  void down() {
    Directory directory = chart.directory();
    Site home = chart.resident().township();
    Doctor doctor = directory.doctor(directory.lead(), specialty(), chart.chance());
    LocalDateTime leave = at.plusMinutes(50);
    boolean left = state != State.DRAFT && leave.isBefore(chart.asOf());
    Key stay =
        new Stay(chart, course, doctor, at.minusDays(course.days()), left ? leave : null)
            .write(Stay.Origin.NONE, state == State.WITHDRAWN ? null : home);
    if (twice) {
      enter("down", doctor, home, stay, List.of());
    }
    Referral down = new Referral(chart, "down", doctor, home, at, state, course, null);
    Site last = state == State.REDIRECTED ? directory.site(home.number() == 2 ? 7 : 2) : home;
    Key request = down.request(stay, List.of(), null, last);
    follow(down, request, state.came() ? at.plusMinutes(minutes(60, 110)) : null);
    if (state == State.REDIRECTED) {
      redirect(down, last, request);
    }
  }

  /**
   * The Task of a referral to the township.
   *
   * @param seen when the resident comes there; null when they have not
   */
  private void follow(Referral down, Key request, @Nullable LocalDateTime seen) {
    if (seen == null) {
      down.task(request, null, null, expected(down), changed(down));
      return;
    }
    Doctor general = chart.directory().doctor(down.to(), "02", chart.chance());
    Visit visit = new Visit(chart, general, seen, 20, false);
    Diagnosis diagnosis = course.illness().diagnosis();
    Key encounter = visit.encounter(diagnosis.name() + "出院后随访", "02", List.of());
    new Findings(visit, encounter, diagnosis, "").pressure();
    down.task(request, encounter, null, seen, seen.plusMinutes(30));
  }

  /** Another Task on the same request, for another receiver. */
  private void redirect(Referral first, Site other, Key request) {
    new Referral(
            chart, first.direction(), first.from(), other, at, State.REQUESTED, course, channel)
        .task(request, null, null, null, changed(first));
  }

  /** When a referral came to a state in which the resident has not come. */
  private LocalDateTime changed(Referral referral) {
    LocalDateTime asked = referral.at();
    LocalDateTime changed =
        switch (referral.state()) {
          case REQUESTED, DRAFT -> asked;
          case NO_SHOW -> referral.appointment().plusHours(MISSED).plusMinutes(minutes(1, 90));
          case EXPIRED -> referral.until().plusMinutes(minutes(1, 90));
          default -> asked.plusMinutes(minutes(8, 110));
        };
    return changed.isAfter(chart.asOf()) ? chart.asOf() : changed;
  }

  private static @Nullable LocalDateTime expected(Referral referral) {
    return switch (referral.state()) {
      case ACCEPTED, NO_SHOW -> referral.appointment();
      default -> null;
    };
  }

  private int minutes(int low, int high) {
    return chart.chance().between(low, high);
  }

  /** When somebody leaves who is admitted now. */
  static LocalDateTime leave(Course course, LocalDateTime admitted, Chart chart) {
    int days = Math.max(1, (int) (course.days() * chart.chance().between(0.7, 1.4)));
    return admitted.plusDays(days).toLocalDate().atTime(10, chart.chance().between(0, 59));
  }
}
