package org.hutong.profiles;

import java.util.List;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Task;
import org.hutong.fhir.Canonical;
import org.jspecify.annotations.Nullable;

/**
 * The published rule by which a resource is held to one of our profiles: by its type, or where a
 * type serves several purposes by its category or code. What no rule chooses is held to FHIR R4
 * itself.
 */
final class ProfileChoice {
  /** Every profile that the rule may choose. */
  static final List<String> ALL =
      List.of(
          Canonical.PATIENT,
          Canonical.PRACTITIONER,
          Canonical.ORGANIZATION,
          Canonical.ENCOUNTER,
          Canonical.REFERRAL,
          Canonical.REFERRAL_TASK);

  private static final Coding REFERRAL_CATEGORY =
      new Coding(Canonical.BASE + "/CodeSystem/request-category", "referral", null);
  private static final Coding REFERRAL_TASK =
      new Coding(Canonical.BASE + "/CodeSystem/task-code", "referral", null);

  private ProfileChoice() {}

  /** The canonical URL of the profile that applies; null when FHIR R4 alone applies. */
  static @Nullable String of(Resource resource) {
    return switch (resource.fhirType()) {
      case "Patient" -> Canonical.PATIENT;
      case "Practitioner" -> Canonical.PRACTITIONER;
      case "Organization" -> Canonical.ORGANIZATION;
      case "Encounter" -> Canonical.ENCOUNTER;
      case "ServiceRequest" ->
          has(((ServiceRequest) resource).getCategory(), REFERRAL_CATEGORY)
              ? Canonical.REFERRAL
              : null;
      case "Task" ->
          has(List.of(((Task) resource).getCode()), REFERRAL_TASK) ? Canonical.REFERRAL_TASK : null;
      default -> null;
    };
  }

  private static boolean has(List<CodeableConcept> concepts, Coding coding) {
    return concepts.stream()
        .anyMatch(concept -> concept.hasCoding(coding.getSystem(), coding.getCode()));
  }
}
