package org.hutong.identity;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskIntent;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.Institution;
import org.hutong.fhir.Language;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.identity.Comparison.Rule;
import org.hutong.store.Completeness;
import org.hutong.store.Storage;
import org.hutong.store.Writes;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The steward's doors: the queue of registrations that are perhaps one person's, two held side by
 * side, and what is decided about them.
 */
@Component
class StewardOperations implements Operations {
  /** CodeSystem of what is said in tasks, decisions and explanations. */
  static final String SYSTEM = Canonical.BASE + "/CodeSystem/link";

  /** The name of a task: the logical ids of both Patients. */
  static final String TASK = Canonical.BASE + "/sid/link-task";

  /** Characters of a reason. */
  static final int LONGEST_REASON = 1000;

  private static final int PAGE = 20;
  private static final int LARGEST_PAGE = 100;

  /** Where a page ends: the sum of the weights, and both Patients. */
  private static final Pattern PLACE =
      Pattern.compile("(-?[0-9]{1,9})[.]([0-9a-f-]{36})[.]([0-9a-f-]{36})");

  private final FhirContext context;
  private final Persons persons;
  private final Steward steward;
  private final Storage storage;
  private final Completeness completeness;
  private final Writes writes;
  private final Merging merging;

  StewardOperations(
      FhirContext context,
      Persons persons,
      Steward steward,
      Merging merging,
      Storage storage,
      Completeness completeness,
      Writes writes) {
    this.context = context;
    this.persons = persons;
    this.steward = steward;
    this.merging = merging;
    this.storage = storage;
    this.completeness = completeness;
    this.writes = writes;
  }

  /** Whom to look at next: the likeliest pairs first, each as a Task. */
  @Operation(name = "$link-queue", typeName = "Patient", idempotent = true, manualRequest = true)
  public Bundle queue(RequestDetails details) {
    Asked asked =
        Asked.of(
            details, context, "Patient/$link-queue", Set.of("patient", "rule", "_count", "_after"));
    completeness.require("Patient", Linking.RULE);
    IdType patient = asked.unversioned("patient");
    Rule rule = rule(asked.text("rule"));
    int count = asked.number("_count", 1, LARGEST_PAGE, PAGE);
    Persons.Asking asking =
        new Persons.Asking(
            patient == null ? null : steward.registered(patient.getIdPart()).member().patient(),
            rule,
            after(asked.text("_after")));
    List<Persons.Question> found = persons.queue(asking, count + 1);
    Language language = Language.preferred(details.getHeader("Accept-Language"));

    Bundle bundle = new Bundle();
    bundle.setType(Bundle.BundleType.SEARCHSET);
    bundle.setTotal(persons.queued(asking));
    String self = details.getFhirServerBase() + "/Patient/$link-queue";
    bundle.addLink().setRelation("self").setUrl(self + query(patient, rule, count, null));
    for (Persons.Question question : found.subList(0, Math.min(count, found.size()))) {
      String name = question.one() + "." + question.other();
      bundle
          .addEntry()
          .setFullUrl("urn:uuid:" + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)))
          .setResource(task(question, name, language))
          .getSearch()
          .setMode(SearchEntryMode.MATCH);
    }
    if (found.size() > count) {
      Persons.Question last = found.get(count - 1);
      String next = last.pair().score() + "." + last.one() + "." + last.other();
      bundle.addLink().setRelation("next").setUrl(self + query(patient, rule, count, next));
    }
    return bundle;
  }

  private static String query(
      @Nullable IdType patient, @Nullable Rule rule, int count, @Nullable String after) {
    StringBuilder query = new StringBuilder("?_count=").append(count);
    if (patient != null) {
      query.append("&patient=Patient/").append(patient.getIdPart());
    }
    if (rule != null) {
      query.append("&rule=").append(rule.code());
    }
    return after == null ? query.toString() : query + "&_after=" + after;
  }

  private static @Nullable Rule rule(@Nullable String code) {
    if (code == null) {
      return null;
    }
    for (Rule rule : Rule.values()) {
      if (rule.code().equals(code)) {
        return rule;
      }
    }
    List<String> codes = Arrays.stream(Rule.values()).map(Rule::code).toList();
    throw Problem.parameterInvalid("rule", code, String.join(", ", codes));
  }

  private Persons.@Nullable Place after(@Nullable String text) {
    if (text == null) {
      return null;
    }
    Matcher place = PLACE.matcher(text);
    Long one = place.matches() ? persons.rowOf(place.group(2)) : null;
    Long other = place.matches() ? persons.rowOf(place.group(3)) : null;
    if (one == null || other == null) {
      throw Problem.parameterInvalid("_after", text, "Bundle.link.where(relation='next')");
    }
    return new Persons.Place(Integer.parseInt(place.group(1)), one, other);
  }

  private static Task task(Persons.Question question, String name, Language language) {
    Rule rule = question.pair().rule();
    Task task = new Task();
    task.addIdentifier().setSystem(TASK).setValue(name);
    task.setStatus(TaskStatus.REQUESTED).setIntent(TaskIntent.PROPOSAL);
    task.setPriority(rule == Rule.SCORE ? TaskPriority.ROUTINE : TaskPriority.URGENT);
    task.setCode(coded("possible-link", POSSIBLE_LINK.in(language)));
    task.setFor(new Reference("Patient/" + question.one()));
    task.setFocus(new Reference("Patient/" + question.other()));
    task.setAuthoredOn(Date.from(question.since()));
    task.setReasonCode(coded(rule.code(), rule.text().in(language)));
    task.addInput()
        .setType(coded("weight", WEIGHT.in(language)))
        .setValue(new IntegerType(question.pair().score()));
    return task;
  }

  private static final Bilingual POSSIBLE_LINK =
      new Bilingual("可能是同一人的两份登记", "Two registrations that are perhaps one person's");
  private static final Bilingual WEIGHT =
      new Bilingual("各项权重之和（比特）", "Sum of the weights of the items, in bits");

  private static CodeableConcept coded(String code, String text) {
    CodeableConcept concept = new CodeableConcept().setText(text);
    concept.addCoding().setSystem(SYSTEM).setCode(code);
    return concept;
  }

  /** Two registrations, item by item. */
  @Operation(name = "$link-compare", typeName = "Patient", idempotent = true, manualRequest = true)
  public Parameters compare(RequestDetails details) {
    Asked asked = Asked.of(details, context, "Patient/$link-compare", Set.of("patient", "other"));
    Persons.Linked one = registered(asked, "patient");
    Persons.Linked other = registered(asked, "other");
    requireTwo(one, other);
    Comparison comparison =
        Comparison.of(one.member().registration(), other.member().registration());
    Language language = Language.preferred(details.getHeader("Accept-Language"));
    Parameters answer = new Parameters();
    answer
        .addParameter()
        .setName("patient")
        .setResource(storage.read(new IdType("Patient", one.patient()), details));
    answer
        .addParameter()
        .setName("other")
        .setResource(storage.read(new IdType("Patient", other.patient()), details));
    boolean linked = one.member().person().equals(other.member().person());
    answer.addParameter("linked", linked);
    persons
        .pair(one.member().patient(), other.member().patient())
        .ifPresent(
            pair -> answer.addParameter("known", pair.state().name().toLowerCase(Locale.ROOT)));
    answer.addParameter("verdict", comparison.verdict().name().toLowerCase(Locale.ROOT));
    answer
        .addParameter()
        .setName("rule")
        .setValue(coded(comparison.rule().code(), comparison.rule().text().in(language)));
    answer.addParameter().setName("score").setValue(new DecimalType(comparison.score()));
    SideBySide.of(one.member().registration(), other.member().registration())
        .forEach(
            row -> {
              ParametersParameterComponent item = answer.addParameter().setName("item");
              item.addPart().setName("name").setValue(new StringType(row.item()));
              row.one().forEach(text -> item.addPart().setName("patient").setValue(text(text)));
              row.other().forEach(text -> item.addPart().setName("other").setValue(text(text)));
            });
    for (Weights finding : comparison.items()) {
      ParametersParameterComponent part = answer.addParameter().setName("finding");
      part.addPart()
          .setName("code")
          .setValue(new Coding(SYSTEM, finding.code(), finding.text().in(language)));
      part.addPart().setName("weight").setValue(new IntegerType(finding.bits()));
    }
    return answer;
  }

  private static StringType text(String text) {
    return new StringType(text);
  }

  /** Two registrations are one person's. */
  @Operation(name = "$link", typeName = "Patient", manualRequest = true)
  public Parameters link(RequestDetails details) {
    return decide(details, "Patient/$link", steward::link);
  }

  /** Two registrations are two people's. */
  @Operation(name = "$unlink", typeName = "Patient", manualRequest = true)
  public Parameters unlink(RequestDetails details) {
    return decide(details, "Patient/$unlink", steward::unlink);
  }

  private interface Verdict {
    Steward.Decided on(Member one, Member other, Steward.Grounds grounds);
  }

  private Parameters decide(RequestDetails details, String operation, Verdict verdict) {
    Asked asked = Asked.of(details, context, operation, Set.of("patient", "other", "reason"));
    IdType one = asked.requiredPatient("patient");
    IdType other = asked.requiredPatient("other");
    Steward.Grounds grounds = grounds(asked, details);
    return writes.inOne(
        true,
        () -> {
          steward.begin(false);
          Persons.Linked first = steward.registered(one.getIdPart());
          Persons.Linked second = steward.registered(other.getIdPart());
          requireTwo(first, second);
          return answer(verdict.on(first.member(), second.member(), grounds));
        });
  }

  /** Takes a decision back. */
  @Operation(name = "$link-undo", typeName = "Patient", manualRequest = true)
  public Parameters undo(RequestDetails details) {
    Asked asked = Asked.of(details, context, "Patient/$link-undo", Set.of("decision", "reason"));
    UUID id = asked.uuid("decision");
    Steward.Grounds grounds = grounds(asked, details);
    List<String> written = merging.writtenBy(id);
    return writes.inOne(
        true,
        written,
        () -> {
          steward.begin(!written.isEmpty());
          Decision decision = steward.standing(id);
          merging.undo(decision, details);
          return answer(steward.undo(decision, grounds));
        });
  }

  private static Steward.Grounds grounds(Asked asked, RequestDetails details) {
    return new Steward.Grounds(
        asked.text("reason", LONGEST_REASON), Institution.of(details).code());
  }

  private static Parameters answer(Steward.Decided decided) {
    Parameters answer = new Parameters();
    answer.addParameter("decision", decided.decision().toString());
    decided
        .persons()
        .forEach(
            person ->
                answer
                    .addParameter()
                    .setName("person")
                    .setValue(new Reference("Person/" + person)));
    return answer;
  }

  /** What was decided about a registration, the latest first, each as a Provenance. */
  @Operation(
      name = "$link-decisions",
      typeName = "Patient",
      idempotent = true,
      manualRequest = true)
  public Bundle decisions(RequestDetails details) {
    Asked asked =
        Asked.of(details, context, "Patient/$link-decisions", Set.of("patient", "_count"));
    IdType patient = asked.requiredPatient("patient");
    int count = asked.number("_count", 1, LARGEST_PAGE, LARGEST_PAGE);
    Long row = persons.rowOf(patient.getIdPart());
    if (row == null) {
      throw Problem.of(ProblemCode.NOT_FOUND);
    }
    List<Decision> found = persons.about(row, count);
    Set<Long> rows = new HashSet<>();
    found.forEach(decision -> rows.addAll(List.of(decision.one(), decision.other())));
    Map<Long, String> ids = new LinkedHashMap<>(persons.logicalIds(rows));
    Language language = Language.preferred(details.getHeader("Accept-Language"));
    Bundle bundle = new Bundle();
    bundle.setType(Bundle.BundleType.SEARCHSET);
    bundle.setTotal(persons.countAbout(row));
    for (Decision decision : found) {
      bundle
          .addEntry()
          .setFullUrl("urn:uuid:" + decision.id())
          .setResource(provenance(decision, ids, language))
          .getSearch()
          .setMode(SearchEntryMode.MATCH);
    }
    return bundle;
  }

  private static Provenance provenance(
      Decision decision, Map<Long, String> ids, Language language) {
    Provenance provenance = new Provenance();
    provenance.addTarget(new Reference("Patient/" + ids.get(decision.one())));
    provenance.addTarget(new Reference("Patient/" + ids.get(decision.other())));
    provenance.setRecordedElement(new InstantType(Date.from(decision.at())));
    provenance.setActivity(coded(decision.kind().code(), decision.kind().text().in(language)));
    provenance.addReason().setText(decision.reason());
    provenance
        .addAgent()
        .setWho(new Reference().setIdentifier(new Identifier().setValue(decision.institution())));
    UUID undone = decision.undoes();
    if (undone != null) {
      provenance
          .addEntity()
          .setRole(Provenance.ProvenanceEntityRole.REVISION)
          .setWhat(new Reference("urn:uuid:" + undone));
    }
    UUID undoneBy = decision.undoneBy();
    if (undoneBy != null) {
      provenance
          .addEntity()
          .setRole(Provenance.ProvenanceEntityRole.REMOVAL)
          .setWhat(new Reference("urn:uuid:" + undoneBy));
    }
    return provenance;
  }

  private Persons.Linked registered(Asked asked, String name) {
    return steward.registered(asked.requiredPatient(name).getIdPart());
  }

  private static void requireTwo(Persons.Linked one, Persons.Linked other) {
    if (one.patient().equals(other.patient())) {
      throw Problem.of(ProblemCode.LINK_ALONE);
    }
  }
}
