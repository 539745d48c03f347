package org.hutong.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.dao.r4.TransactionProcessorVersionAdapterR4;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.NotModifiedException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Language;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Outcomes;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.fhir.Stage;
import org.hutong.profiles.Examination;

/** Stage ERRORS: every error of the engine becomes an OperationOutcome in the caller's language. */
@Interceptor(order = Stage.ERRORS)
class ErrorStage implements EngineStage {
  private static final Set<String> BRINGS_BODY = Set.of("POST", "PUT", "PATCH");
  private static final String PROBLEM = Problem.class.getName();
  private static final String ONLY_ENTRY = "Bundle.entry[0]";

  private final Doors doors;
  private final Examination examination;

  ErrorStage(Doors doors, Examination examination) {
    this.doors = doors;
    this.examination = examination;
  }

  /** Translates whatever was thrown; the engine then writes the outcome in the format asked for. */
  @Hook(Pointcut.SERVER_PRE_PROCESS_OUTGOING_EXCEPTION)
  public BaseServerResponseException translate(
      RequestDetails details, Throwable thrown, HttpServletRequest request) {
    if (thrown instanceof NotModifiedException unchanged) {
      return unchanged;
    }
    Problem problem =
        exactly(
            EngineProblems.of(thrown, BRINGS_BODY.contains(request.getMethod())), details, request);
    Language language = Language.preferred(request.getHeader("Accept-Language"));
    problem.setOperationOutcome(Outcomes.render(problem, language));
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
      return Problem.at(
          type + ".id",
          ProblemCode.ID_MISMATCH,
          Problem.printable(details.getId().getIdPart()),
          ids.get(ids.size() - 1));
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
        Problem problem = refused == null ? thrown : refused;
        OperationOutcome rendered = Outcomes.render(problem, language);
        renumber(rendered, i);
        entry.getResponse().setOutcome(rendered);
        entry.getResponse().setStatus(String.valueOf(problem.getStatusCode()));
      }
    }
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

  /** HAPI's place where an entry of a batch is given its outcome. */
  static class Adapter extends TransactionProcessorVersionAdapterR4 {
    @Override
    public void populateEntryWithOperationOutcome(
        BaseServerResponseException thrown, Bundle.BundleEntryComponent entry) {
      OperationOutcome outcome = new OperationOutcome();
      outcome.setUserData(PROBLEM, EngineProblems.of(thrown, false));
      outcome.addIssue();
      entry.getResponse().setOutcome(outcome);
    }
  }
}
