package org.hutong.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.model.api.StorageResponseCodeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import java.util.List;
import java.util.stream.Collectors;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Language;
import org.hutong.fhir.Outcomes;
import org.hutong.fhir.Problem;
import org.hutong.fhir.Stage;
import org.hutong.fhir.Success;
import org.hutong.profiles.Warnings;
import org.jspecify.annotations.Nullable;

/**
 * Stage SUCCESS: says what a write has done in our words, with the warnings found on the way.
 * HAPI's own outcomes are English and name the row.
 */
@Interceptor(order = Stage.SUCCESS)
class SuccessStage implements EngineStage {
  /** Names the broken rules and their places where the answer is not an OperationOutcome. */
  static final String HEADER = "X-Hutong-Warning";

  /** Warnings that one header names. */
  private static final int NAMED = 20;

  @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
  public void say(RequestDetails details, ResponseDetails response) {
    IBaseResource answer = response.getResponseResource();
    Language language = Language.preferred(details.getHeader("Accept-Language"));
    if (answer instanceof Bundle bundle) {
      entries(bundle, Warnings.of(details), language);
      String[] summary = details.getParameters().get("_summary");
      boolean count = summary != null && List.of(summary).contains("count");
      hints(bundle, count ? List.of() : DoorStage.hints(details), language);
      return;
    }
    List<Problem.Issue> warnings = Warnings.of(details).all();
    if (answer instanceof OperationOutcome outcome) {
      Success success = success(outcome);
      if (success != null) {
        response.setResponseResource(Outcomes.render(success, warnings, language));
        details.getResponse().addHeader("Content-Language", language.tag());
      }
    }
    if (!warnings.isEmpty()) {
      details.getResponse().addHeader(HEADER, named(warnings));
    }
  }

  /** Adds to the page of a search what it asks for in vain. */
  private static void hints(Bundle bundle, List<Problem.Issue> hints, Language language) {
    if (!hints.isEmpty() && bundle.getType() == Bundle.BundleType.SEARCHSET) {
      OperationOutcome outcome = new OperationOutcome();
      outcome.setLanguage(language.tag());
      hints.forEach(hint -> Outcomes.add(outcome, hint, language));
      bundle.addEntry().setResource(outcome).getSearch().setMode(Bundle.SearchEntryMode.OUTCOME);
    }
  }

  private static void entries(Bundle bundle, Warnings warnings, Language language) {
    for (int i = 0; i < bundle.getEntry().size(); i++) {
      Bundle.BundleEntryResponseComponent response = bundle.getEntry().get(i).getResponse();
      Resource outcome = response.getOutcome();
      Success success = outcome instanceof OperationOutcome told ? success(told) : null;
      if (success != null) {
        OperationOutcome rendered =
            Outcomes.render(success, warnings.at(response.getLocation()), language);
        ErrorStage.renumber(rendered, i);
        response.setOutcome(rendered);
      }
    }
  }

  /** What HAPI's outcome means; null when it is not one of HAPI's. */
  private static @Nullable Success success(OperationOutcome outcome) {
    for (OperationOutcome.OperationOutcomeIssueComponent issue : outcome.getIssue()) {
      for (Coding coding : issue.getDetails().getCoding()) {
        if (StorageResponseCodeEnum.SYSTEM.equals(coding.getSystem())) {
          return meaning(StorageResponseCodeEnum.valueOf(coding.getCode()));
        }
      }
    }
    return null;
  }

  private static Success meaning(StorageResponseCodeEnum code) {
    return switch (code) {
      case SUCCESSFUL_CREATE,
          SUCCESSFUL_CREATE_NO_CONDITIONAL_MATCH,
          SUCCESSFUL_UPDATE_AS_CREATE,
          SUCCESSFUL_UPDATE_NO_CONDITIONAL_MATCH ->
          Success.CREATED;
      case SUCCESSFUL_CREATE_WITH_CONDITIONAL_MATCH -> Success.FOUND;
      case SUCCESSFUL_UPDATE,
          SUCCESSFUL_UPDATE_WITH_CONDITIONAL_MATCH,
          SUCCESSFUL_PATCH,
          SUCCESSFUL_CONDITIONAL_PATCH ->
          Success.UPDATED;
      case SUCCESSFUL_UPDATE_NO_CHANGE,
          SUCCESSFUL_UPDATE_WITH_CONDITIONAL_MATCH_NO_CHANGE,
          SUCCESSFUL_PATCH_NO_CHANGE,
          SUCCESSFUL_CONDITIONAL_PATCH_NO_CHANGE ->
          Success.UNCHANGED;
      case SUCCESSFUL_DELETE -> Success.DELETED;
      case SUCCESSFUL_DELETE_ALREADY_DELETED, SUCCESSFUL_DELETE_NOT_FOUND ->
          Success.NOTHING_TO_DELETE;
      case AUTOMATICALLY_CREATED_PLACEHOLDER_RESOURCE, FAILURE -> Success.DONE;
    };
  }

  private static String named(List<Problem.Issue> warnings) {
    return warnings.stream()
        .limit(NAMED)
        .map(
            warning -> {
              Problem.Wording wording = warning.wording();
              String rule = wording == null ? null : wording.rule();
              return (rule == null ? warning.code().code() : rule) + " " + warning.location();
            })
        .map(text -> text.replaceAll("[^\\x21-\\x7e ]", "?"))
        .collect(Collectors.joining(", "));
  }
}
