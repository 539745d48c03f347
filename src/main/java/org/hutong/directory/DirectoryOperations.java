package org.hutong.directory;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.hutong.directory.Directory.Institution;
import org.hutong.directory.Directory.Membership;
import org.hutong.directory.Directory.Receiver;
import org.hutong.directory.Directory.Secondment;
import org.hutong.directory.Directory.Wanted;
import org.hutong.fhir.Facts;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;

/** Asks the directory: the tree, who takes in what, how many are seconded. */
class DirectoryOperations implements Operations {
  private static final Set<String> KINDS =
      Set.of(
          "referral",
          "remote-consultation",
          "remote-ecg",
          "remote-imaging",
          "remote-ultrasound",
          "remote-nuclear",
          "remote-emg",
          "remote-eeg",
          "remote-pathology",
          "remote-laboratory");
  private static final Set<String> DIRECTIONS =
      Set.of("up", "down", "lateral", "out-of-county", "return");
  private static final Set<String> CHANNELS =
      Set.of("chest-pain", "stroke", "trauma", "maternal", "child-newborn");

  private final FhirContext context;
  private final Directory directory;
  private final Clock clock;

  DirectoryOperations(FhirContext context, Directory directory, Clock clock) {
    this.context = context;
    this.directory = directory;
    this.clock = clock;
  }

  /** The institutions below one, or of all alliances, as of the end of a day. */
  @Operation(name = "$tree", typeName = "Organization", idempotent = true, manualRequest = true)
  public Parameters tree(@IdParam(optional = true) @Nullable IdType id, RequestDetails details) {
    Question question = Question.of(details, context, "Organization/$tree", Set.of("date"));
    LocalDate asked = question.day("date");
    LocalDate day = asked == null ? LocalDate.now(clock) : asked;
    Long top = null;
    if (id != null) {
      top = directory.row(id.getIdPart());
      if (top == null) {
        throw Problem.of(ProblemCode.NOT_FOUND);
      }
    }
    List<Institution> tree = directory.tree(top, day);
    Map<Long, List<Membership>> memberships =
        directory.memberships(tree.stream().map(Institution::row).toList(), Span.end(day));
    Parameters answer = new Parameters();
    answer.addParameter().setName("date").setValue(new DateType(day.toString()));
    answer.addParameter().setName("total").setValue(new IntegerType(tree.size()));
    for (Institution institution : tree) {
      ParametersParameterComponent node = answer.addParameter().setName("institution");
      show(node, institution);
      part(
          node, "parent", institution.parent() == null ? null : organization(institution.parent()));
      show(node, memberships.getOrDefault(institution.row(), List.of()));
    }
    return answer;
  }

  /** Who takes in a referral, or reads an examination, at an instant. */
  @Operation(
      name = "$receivers",
      typeName = "HealthcareService",
      idempotent = true,
      manualRequest = true)
  public Parameters receivers(RequestDetails details) {
    Question question =
        Question.of(
            details,
            context,
            "HealthcareService/$receivers",
            Set.of("kind", "direction", "channel", "specialty", "at", "from"));
    String kind = question.word("kind", KINDS);
    Wanted wanted =
        new Wanted(
            kind == null ? "referral" : kind,
            question.word("direction", DIRECTIONS),
            question.word("channel", CHANNELS),
            question.text("specialty"));
    Instant given = question.instant("at");
    Instant at = given == null ? clock.instant() : given;
    Long from = directory.named("from", question.text("from"));

    List<Receiver> receivers = directory.receivers(wanted, at);
    Set<Long> providers = new HashSet<>(receivers.stream().map(Receiver::provider).toList());
    Map<Long, Institution> institutions = directory.institutions(providers, at);
    if (from != null) {
      providers.add(from);
    }
    Map<Long, List<Membership>> memberships = directory.memberships(providers, at);
    Set<Long> alliances = alliances(memberships, from);

    Parameters answer = new Parameters();
    answer.addParameter().setName("at").setValue(instant(at));
    for (Receiver receiver : receivers) {
      Institution institution = institutions.get(receiver.provider());
      List<Membership> own = memberships.getOrDefault(receiver.provider(), List.of());
      boolean reachable =
          from == null
              || from != receiver.provider()
                  && own.stream().anyMatch(each -> alliances.contains(each.lead()));
      if (institution != null && reachable) {
        ParametersParameterComponent node = answer.addParameter().setName("receiver");
        part(
            node,
            "service",
            new Reference("HealthcareService/" + receiver.service()).setDisplay(receiver.name()));
        show(node, institution);
        show(node, own);
      }
    }
    return answer;
  }

  private static Set<Long> alliances(
      Map<Long, List<Membership>> memberships, @Nullable Long institution) {
    Set<Long> alliances = new HashSet<>();
    if (institution != null) {
      memberships.getOrDefault(institution, List.of()).forEach(each -> alliances.add(each.lead()));
    }
    return alliances;
  }

  /** How many persons were seconded, and how often, in a period. */
  @Operation(
      name = "$secondments",
      typeName = "PractitionerRole",
      idempotent = true,
      manualRequest = true)
  public Parameters secondments(RequestDetails details) {
    Question question =
        Question.of(
            details,
            context,
            "PractitionerRole/$secondments",
            Set.of("period-start", "period-end", "organization"));
    LocalDate start = question.required("period-start");
    LocalDate end = question.required("period-end");
    if (end.isBefore(start)) {
      throw Problem.parameterInvalid("period-end", end.toString(), "≥ period-start");
    }
    Long institution = directory.named("organization", question.text("organization"));
    List<Secondment> all = directory.secondments(start, end, institution);
    Set<Long> named = new HashSet<>();
    all.forEach(
        each -> {
          named.add(each.home());
          named.add(each.organization());
        });
    Map<Long, Institution> institutions = directory.institutions(named, Span.end(end));

    Parameters answer = new Parameters();
    answer
        .addParameter()
        .setName("period")
        .setValue(
            new Period()
                .setStartElement(new DateTimeType(start.toString()))
                .setEndElement(new DateTimeType(end.toString())));
    Count.of(all, each -> "").forEach((none, count) -> count.show(answer, "total"));
    if (all.isEmpty()) {
      new Count().show(answer, "total");
    }
    Count.of(all, Secondment::kind)
        .forEach((kind, count) -> part(count.show(answer, "kind"), "code", new CodeType(kind)));
    Count.of(all, Secondment::home)
        .forEach((home, count) -> show(count.show(answer, "home"), institutions.get(home)));
    Count.of(all, Secondment::organization)
        .forEach((at, count) -> show(count.show(answer, "receiving"), institutions.get(at)));
    return answer;
  }

  /** Persons, and how often (人次). */
  private static final class Count {
    private final Set<String> persons = new HashSet<>();
    private int times;

    static <K extends Comparable<K>> Map<K, Count> of(
        List<Secondment> all, Function<Secondment, K> by) {
      Map<K, Count> counts = new TreeMap<>();
      for (Secondment each : all) {
        Count count = counts.computeIfAbsent(by.apply(each), first -> new Count());
        count.persons.add(each.person());
        count.times++;
      }
      return counts;
    }

    ParametersParameterComponent show(Parameters answer, String name) {
      ParametersParameterComponent shown = answer.addParameter().setName(name);
      part(shown, "persons", new IntegerType(persons.size()));
      part(shown, "personTimes", new IntegerType(times));
      return shown;
    }
  }

  private static void show(ParametersParameterComponent node, @Nullable Institution institution) {
    if (institution != null) {
      part(node, "organization", organization(institution.id()).setDisplay(institution.name()));
      part(node, "code", institution.code() == null ? null : new StringType(institution.code()));
      part(node, "tier", institution.tier() == null ? null : new CodeType(institution.tier()));
      part(node, "active", new BooleanType(institution.active()));
    }
  }

  private static void show(ParametersParameterComponent node, List<Membership> memberships) {
    for (Membership membership : memberships) {
      ParametersParameterComponent shown = node.addPart().setName("membership");
      part(shown, "role", membership.role().isEmpty() ? null : new CodeType(membership.role()));
      part(shown, "lead", organization(membership.leadId()));
      Period period = membership.period().period();
      part(shown, "period", period.isEmpty() ? null : period);
    }
  }

  private static void part(ParametersParameterComponent node, String name, @Nullable Type value) {
    if (value != null) {
      node.addPart().setName(name).setValue(value);
    }
  }

  private static Reference organization(String id) {
    return new Reference("Organization/" + id);
  }

  private static InstantType instant(Instant at) {
    return new InstantType(
        DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxxx")
            .format(at.atOffset(Facts.BEIJING)));
  }
}
