package org.hutong.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.dao.r4.TransactionProcessorVersionAdapterR4;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.NotModifiedException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Language;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Outcomes;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.fhir.Stage;
import org.hutong.profiles.Examination;
import org.hutong.store.Collisions;
import org.hutong.store.Targets;

/** Stage ERRORS: every error of the engine becomes an OperationOutcome in the caller's language. */
@Interceptor(order = Stage.ERRORS)
class ErrorStage implements EngineStage {
  private static final Set<String> BRINGS_BODY = Set.of("POST", "PUT", "PATCH");
  private static final String PROBLEM = Problem.class.getName();
  private static final String COMPLAINT = ErrorStage.class.getName() + ".complaint";
  private static final String ONLY_ENTRY = "Bundle.entry[0]";
  private static final Pattern ENTRY = Pattern.compile("Bundle\\.entry\\[(\\d{1,6})]");

  /** A place in the resource that a patch would make, not in what was sent. */
  private static final Pattern OF_RESULT = Pattern.compile("(?!Bundle\\.|Parameters)[A-Z].*");

  private static final Bilingual ENTRY_NAMED = new Bilingual("条目：%s。", " Entry: %s.");

  /** What the engine says of the condition of a write. */
  private static final Set<ProblemCode> CONDITIONAL =
      Set.of(
          ProblemCode.MULTIPLE_MATCHES,
          ProblemCode.REQUEST_INVALID,
          ProblemCode.NOT_FOUND,
          ProblemCode.ID_MISMATCH);

  private final Doors doors;
  private final Examination examination;
  private final Targets targets;

  ErrorStage(Doors doors, Examination examination, Targets targets) {
    this.doors = doors;
    this.examination = examination;
    this.targets = targets;
  }

  /** Translates whatever was thrown; the engine then writes the outcome in the format asked for. */
  @Hook(Pointcut.SERVER_PRE_PROCESS_OUTGOING_EXCEPTION)
  public BaseServerResponseException translate(
      RequestDetails details, Throwable thrown, HttpServletRequest request) {
    if (thrown instanceof NotModifiedException unchanged) {
      return unchanged;
    }
    Again.note(request, details, thrown);
    Problem problem =
        placed(
            exactly(
                EngineProblems.of(thrown, BRINGS_BODY.contains(request.getMethod())),
                details,
                request),
            thrown,
            details);
    Language language = Language.preferred(request.getHeader("Accept-Language"));
    OperationOutcome outcome = Outcomes.render(problem, language);
    if (details.getResource() instanceof Bundle sent) {
      nameEntries(outcome, sent, Step.at(details), language);
    }
    problem.setOperationOutcome(outcome);
    details.getResponse().addHeader("Content-Language", language.tag());
    if (problem.getStatusCode() == HttpServletResponse.SC_METHOD_NOT_ALLOWED) {
      // RFC 9110 §15.5.6. What was asked is possible with other resources, not with this one.
      Set<String> methods = doors.methods(String.valueOf(details.getRequestPath()));
      methods.remove(request.getMethod());
      details.getResponse().addHeader("Allow", String.join(", ", methods));
    }
    return problem;
  }

  /** The engine's parser names one fault; the examination all, each with its place. */
  private Problem exactly(Problem problem, RequestDetails details, HttpServletRequest request) {
    if (problem.code() == ProblemCode.REQUEST_INVALID) {
      return ofParameter(problem, details);
    }
    String type = details.getResourceName();
    if (problem.code() == ProblemCode.ID_MISMATCH && type != null && details.getId() != null) {
      List<String> ids = problem.issues().get(0).arguments();
      if (ids.isEmpty()) {
        return problem;
      }
      return Problem.otherId(type + ".id", details.getId().getIdPart(), ids.get(ids.size() - 1));
    }
    String path = String.valueOf(details.getRequestPath());
    if (problem.code() != ProblemCode.BODY_MALFORMED
        || request.getMethod().equals("PATCH")
        || !Examination.stores(path)) {
      return problem;
    }
    String text = new String(details.loadRequestContents(), StandardCharsets.UTF_8);
    List<Problem.Issue> issues =
        examination.of(
            text, Operations.encoding(details), String.valueOf(details.getFhirServerBase()));
    return issues.stream().allMatch(Problem.Issue::warning) ? problem : new Problem(issues);
  }

  /** Says where in what was sent a complaint of the engine belongs. */
  private Problem placed(Problem problem, Throwable thrown, RequestDetails details) {
    if (problem.issues().get(0).location() != null) {
      return problem;
    }
    String complaint = complaint(problem, thrown);
    if (details.getResource() instanceof Bundle bundle) {
      List<Problem.Issue> missing =
          problem.code() == ProblemCode.REFERENCE_UNKNOWN ? targets.missing(bundle) : List.of();
      List<String> places = Quoted.entries(complaint, bundle);
      if (places.isEmpty() && EngineProblems.ofOneEntry(thrown) && !Step.at(details).isEmpty()) {
        places =
            List.of(
                Step.at(details)
                    + (problem.code() == ProblemCode.VERSION_CONFLICT
                        ? ".request.ifMatch"
                        : ".request"));
      }
      return missing.isEmpty() ? at(places, problem) : new Problem(missing);
    }
    if (details.getResource() instanceof Resource resource) {
      List<Problem.Issue> missing =
          problem.code() == ProblemCode.REFERENCE_UNKNOWN
              ? targets.missing(resource, "", Set.of())
              : List.of();
      if (!missing.isEmpty()) {
        return new Problem(missing);
      }
      List<String> places = Quoted.references(complaint, resource, resource.fhirType());
      if (!places.isEmpty()) {
        return at(places, problem);
      }
    }
    return problem.code() == ProblemCode.VERSION_CONFLICT && details.getHeader("If-Match") != null
        ? problem.within("http.If-Match")
        : CONDITIONAL.contains(problem.code()) && thrown instanceof BaseServerResponseException
            ? ofCondition(problem, complaint, details)
            : problem;
  }

  private static Problem ofCondition(Problem problem, String complaint, RequestDetails details) {
    String noneExist = details.getHeader("If-None-Exist");
    if (noneExist != null && details.getRequestType() == RequestTypeEnum.POST) {
      return problem.within("http.If-None-Exist");
    }
    return complaint.contains("?") && details.getRequestType() != RequestTypeEnum.POST
        ? problem.within("http.url")
        : problem;
  }

  /** What the engine says, or what our problem is about, as something quoted. */
  private static String complaint(Problem problem, Throwable thrown) {
    List<String> arguments = problem.issues().get(0).arguments();
    return thrown.getMessage()
        + (arguments.isEmpty() ? "" : " \"" + String.join("\" \"", arguments) + "\"");
  }

  /** The same problem at each of some places; as it is when there are none. */
  private static Problem at(List<String> places, Problem problem) {
    return places.isEmpty()
        ? problem
        : new Problem(
            places.stream().flatMap(place -> problem.within(place).issues().stream()).toList());
  }

  /**
   * Adds the entry to places that lie within what became of it, and its fullUrl to how it is to be
   * mended: who makes Bundles knows entries by that.
   *
   * @param current the entry that was carried out; empty when nobody knows
   */
  private static void nameEntries(
      OperationOutcome outcome, Bundle sent, String current, Language language) {
    for (OperationOutcome.OperationOutcomeIssueComponent issue : outcome.getIssue()) {
      String place = issue.hasExpression() ? issue.getExpression().get(0).getValue() : "";
      if (OF_RESULT.matcher(place).matches() && !current.isEmpty()) {
        issue.getExpression().add(0, new StringType(current + ".resource"));
        place = current;
      }
      Matcher entry = ENTRY.matcher(place);
      if (entry.lookingAt()) {
        int index = Integer.parseInt(entry.group(1));
        String fullUrl =
            index < sent.getEntry().size() ? sent.getEntry().get(index).getFullUrl() : null;
        if (fullUrl != null) {
          issue.setDiagnostics(
              issue.getDiagnostics()
                  + ENTRY_NAMED.in(language).formatted(Problem.printable(fullUrl)));
        }
      }
    }
  }

  /** Names the parameter whose value the engine could not read. */
  private static Problem ofParameter(Problem problem, RequestDetails details) {
    String detail = problem.issues().get(0).detail();
    if (detail == null || problem.issues().get(0).location() != null) {
      return problem;
    }
    for (Map.Entry<String, String[]> parameter : details.getParameters().entrySet()) {
      for (String value : parameter.getValue()) {
        String bare = value.replaceFirst("^(eq|ne|gt|lt|ge|le|sa|eb|ap)", "");
        if (!bare.isBlank() && detail.contains("\"" + bare + "\"")) {
          return Problem.parameterInvalid(
              parameter.getKey(),
              value,
              detail.contains("date")
                  ? "YYYY, YYYY-MM, YYYY-MM-DD, YYYY-MM-DDThh:mm:ss+08:00"
                  : Problem.printable(detail));
        }
      }
    }
    return problem;
  }

  /** Gives failed entries of a batch the same outcomes and statuses as requests of their own. */
  @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
  public void entries(RequestDetails details, IBaseResource answer) {
    if (!(answer instanceof Bundle bundle)) {
      return;
    }
    Language language = Language.preferred(details.getHeader("Accept-Language"));
    for (int i = 0; i < bundle.getEntry().size(); i++) {
      Bundle.BundleEntryComponent entry = bundle.getEntry().get(i);
      Resource outcome = entry.hasResponse() ? entry.getResponse().getOutcome() : null;
      Problem refused = Examination.refused(details, i);
      if (outcome != null && outcome.getUserData(PROBLEM) instanceof Problem thrown) {
        Problem problem =
            refused != null
                ? refused
                : ofEntry(thrown, String.valueOf(outcome.getUserData(COMPLAINT)), i, details);
        OperationOutcome rendered = Outcomes.render(problem, language);
        renumber(rendered, i);
        if (details.getResource() instanceof Bundle sent) {
          nameEntries(rendered, sent, "Bundle.entry[" + i + "]", language);
        }
        entry.getResponse().setOutcome(rendered);
        entry.getResponse().setStatus(String.valueOf(problem.getStatusCode()));
      }
    }
  }

  /** Where in an entry of a batch, or a read of a transaction, a complaint belongs. */
  private Problem ofEntry(Problem problem, String complaint, int index, RequestDetails details) {
    if (problem.issues().get(0).location() != null
        || !(details.getResource() instanceof Bundle sent)
        || index >= sent.getEntry().size()) {
      return problem;
    }
    String at = "Bundle.entry[" + index + "]";
    Bundle.BundleEntryComponent entry = sent.getEntry().get(index);
    if (problem.code() == ProblemCode.REFERENCE_UNKNOWN && entry.getResource() != null) {
      List<Problem.Issue> missing =
          targets.missing(entry.getResource(), at + ".resource", Set.of());
      if (!missing.isEmpty()) {
        return new Problem(missing);
      }
    }
    List<String> places = Quoted.entry(complaint, entry, at);
    return at(places.isEmpty() ? List.of(at + ".request") : places, problem);
  }

  /** HAPI carries out each entry of a batch as the only one of a Bundle. */
  static void renumber(OperationOutcome outcome, int index) {
    for (OperationOutcome.OperationOutcomeIssueComponent issue : outcome.getIssue()) {
      issue
          .getExpression()
          .forEach(
              at -> at.setValue(at.getValue().replace(ONLY_ENTRY, "Bundle.entry[" + index + "]")));
    }
  }

  /** HAPI's place where an entry is begun, and one of a batch is given its outcome. */
  static class Adapter extends TransactionProcessorVersionAdapterR4 {
    @Override
    public String getEntryRequestUrl(Bundle.BundleEntryComponent entry) {
      Step.begin(entry);
      return super.getEntryRequestUrl(entry);
    }

    @Override
    public void populateEntryWithOperationOutcome(
        BaseServerResponseException thrown, Bundle.BundleEntryComponent entry) {
      OperationOutcome outcome = new OperationOutcome();
      Problem problem = EngineProblems.of(thrown, false);
      outcome.setUserData(PROBLEM, problem);
      outcome.setUserData(COMPLAINT, complaint(problem, thrown));
      if (Collisions.isBehind(thrown)) {
        BatchEntries.mark(outcome);
      }
      outcome.addIssue();
      entry.getResponse().setOutcome(outcome);
    }
  }
}
