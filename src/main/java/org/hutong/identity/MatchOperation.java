package org.hutong.identity;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.OperationOutcome.OperationOutcomeIssueComponent;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Language;
import org.hutong.fhir.NormalForm;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.identity.Match.Grade;
import org.hutong.store.Completeness;
import org.hutong.store.Records;
import org.hutong.store.RowIds;
import org.springframework.stereotype.Component;

/** {@code Patient/$match}: who somebody may be, and why, by the rule that links. Writes nothing. */
@Component
class MatchOperation implements Operations {
  static final String GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade";

  private static final Bilingual NONE = new Bilingual("没有匹配的患者", "No patient matches");

  private static final Bilingual SEVERAL =
      new Bilingual(
          "有 %d 人都确定匹配，无法判定是谁，按 onlyCertainMatches 不予返回",
          "%d persons match for certain: who it is cannot be told, and with onlyCertainMatches none"
              + " is returned");

  private final FhirContext context;
  private final NormalForm forms;
  private final Persons persons;
  private final Records records;
  private final Completeness completeness;

  MatchOperation(
      FhirContext context,
      NormalForm forms,
      Persons persons,
      Records records,
      Completeness completeness) {
    this.context = context;
    this.forms = forms;
    this.persons = persons;
    this.records = records;
    this.completeness = completeness;
  }

  /** Answers with a searchset, the likeliest first, and an OperationOutcome that explains it. */
  @Operation(name = "$match", typeName = "Patient", manualRequest = true)
  public Bundle match(RequestDetails details) {
    MatchRequest request = MatchRequest.of(details, context);
    completeness.require("Patient", Linking.RULE);
    forms.apply(request.patient(), details);
    Registration wanted = Registration.of(request.patient());
    Set<Long> keys = Keys.of(wanted);
    if (keys.isEmpty()) {
      throw Problem.of(ProblemCode.MATCH_TOO_LITTLE);
    }
    Language language = Language.preferred(details.getHeader("Accept-Language"));
    List<Match> matches = Match.of(wanted, persons.near(keys));
    if (request.onlyCertain()) {
      matches = matches.stream().filter(match -> match.grade() == Grade.CERTAIN).toList();
      long several = matches.stream().map(Match::person).distinct().count();
      if (several > 1) {
        return told(SEVERAL.in(language).formatted(several), language);
      }
    }
    return matches.isEmpty()
        ? told(NONE.in(language), language)
        : bundle(matches, request, details);
  }

  private Bundle bundle(List<Match> matches, MatchRequest request, RequestDetails details) {
    List<Match> chosen = matches.subList(0, Math.min(request.count(), matches.size()));
    Map<Long, Resource> patients = new HashMap<>();
    records
        .rows(
            chosen.stream()
                .flatMap(match -> Stream.of(match.patient(), match.nearest()))
                .distinct()
                .toList(),
            details)
        .forEach(patient -> patients.put(RowIds.of(patient), patient));
    Bundle bundle = new Bundle();
    bundle.setType(Bundle.BundleType.SEARCHSET);
    bundle.setTotal(matches.size());
    Language language = Language.preferred(details.getHeader("Accept-Language"));
    OperationOutcome outcome = new OperationOutcome();
    outcome.setLanguage(language.tag());
    for (Match match : chosen) {
      Resource patient = patients.get(match.patient());
      Resource nearest = patients.get(match.nearest());
      if (patient == null || nearest == null) {
        continue; // deleted since it was found
      }
      BundleEntryComponent entry = bundle.addEntry();
      entry
          .setFullUrl(details.getFhirServerBase() + "/Patient/" + id(patient))
          .setResource(patient)
          .getSearch()
          .setMode(SearchEntryMode.MATCH)
          .setScore(match.score());
      entry.getSearch().addExtension(GRADE, new CodeType(match.grade().code()));
      explain(outcome.addIssue(), match, id(nearest), bundle.getEntry().size() - 1, language);
    }
    bundle.addEntry().setResource(outcome).getSearch().setMode(SearchEntryMode.OUTCOME);
    return bundle;
  }

  private static String id(Resource patient) {
    return patient.getIdElement().getIdPart();
  }

  /** The rule and each finding, with what it is worth. */
  private static void explain(
      OperationOutcomeIssueComponent issue,
      Match match,
      String compared,
      int entry,
      Language language) {
    issue.setSeverity(IssueSeverity.INFORMATION).setCode(IssueType.INFORMATIONAL);
    issue.addExpression("Bundle.entry[" + entry + "]");
    StringBuilder text = new StringBuilder("Patient/" + compared);
    Comparison found = match.found();
    String rule = found.rule().text().in(language);
    text.append(language == Language.ZH ? "：" : ": ").append(rule);
    int ofRule = Match.ofRule(found.rule());
    String worth = ofRule == 0 ? "" : " " + signed(ofRule);
    text.append(worth);
    issue
        .getDetails()
        .addCoding(new Coding(StewardOperations.SYSTEM, found.rule().code(), rule + worth));
    for (Weights item : found.items()) {
      String finding = item.text().in(language) + " " + signed(item.bits());
      text.append(language == Language.ZH ? "；" : "; ").append(finding);
      issue.getDetails().addCoding(new Coding(StewardOperations.SYSTEM, item.code(), finding));
    }
    issue.getDetails().setText(text.toString());
  }

  private static String signed(int bits) {
    return (bits < 0 ? "−" : "+") + Math.abs(bits);
  }

  private static Bundle told(String text, Language language) {
    Bundle bundle = new Bundle();
    bundle.setType(Bundle.BundleType.SEARCHSET);
    bundle.setTotal(0);
    OperationOutcome outcome = new OperationOutcome();
    outcome.setLanguage(language.tag());
    outcome
        .addIssue()
        .setSeverity(IssueSeverity.INFORMATION)
        .setCode(IssueType.INFORMATIONAL)
        .getDetails()
        .setText(text);
    bundle.addEntry().setResource(outcome).getSearch().setMode(SearchEntryMode.OUTCOME);
    return bundle;
  }
}
