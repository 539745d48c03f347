package org.hutong.profiles;

import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;

/**
 * Finds patients that are contained in another resource. FHIR R4 (§2.27.3) keeps that for what has
 * no identity of its own. No profile of ours looks into it, so a card number in it would be kept
 * unjudged, and nobody would find the patient by it.
 */
final class Contained {
  private Contained() {}

  /** Every one of them. */
  static List<Problem.Issue> patients(Resource resource, String at) {
    List<Problem.Issue> issues = new ArrayList<>();
    if (resource instanceof DomainResource whole) {
      String root = at.isEmpty() ? resource.fhirType() : at;
      for (int i = 0; i < whole.getContained().size(); i++) {
        if (whole.getContained().get(i) instanceof Patient) {
          issues.addAll(issue(root + ".contained[" + i + "]").issues());
        }
      }
    }
    return issues;
  }

  private static Problem issue(String at) {
    return Problem.worded(
        ProblemCode.PROFILE_VIOLATED,
        at,
        new Bilingual(
            "患者不能内嵌（contained）在别的资源里：内嵌的不是登记，其证件号码无从核对",
            "A Patient must not be contained in another resource: that is no registration, and its"
                + " card numbers are checked by nobody"),
        new Bilingual(
            "请先登记 Patient，再以 Patient/[id] 或 Patient?identifier=… 引用；不知是谁的，只写 display。",
            "Register the Patient and refer to Patient/[id] or Patient?identifier=…; of somebody"
                + " unknown write display alone."));
  }
}
