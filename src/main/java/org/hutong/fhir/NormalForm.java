package org.hutong.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import org.hl7.fhir.r4.model.Resource;

/** Brings what is only asked with, and not stored, into the form in which it would be kept. */
public interface NormalForm {
  /** Changes the resource itself. */
  void apply(Resource resource, RequestDetails request);
}
