package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Flag;
import org.junit.jupiter.api.Test;

class QuotedTest {
  @Test
  void findsTheConditionWithItsTypeOrWithout() {
    Bundle bundle = new Bundle();
    create(bundle, "Organization", "identifier=urn:x|1");
    create(bundle, "Patient", "identifier=urn:x|1");
    create(bundle, "Patient", "identifier=urn:x|12");
    assertThat(Quoted.entries("match URL \"Patient?identifier=urn:x|1\" matched 2", bundle))
        .containsExactly("Bundle.entry[1].request.ifNoneExist");
    assertThat(Quoted.entries("match URL \"identifier=urn:x|12\" matched 2", bundle))
        .containsExactly("Bundle.entry[2].request.ifNoneExist");
  }

  @Test
  void takesTheUrlOfACreateForNoCondition() {
    Bundle bundle = new Bundle();
    create(bundle, "Patient", "identifier=urn:x|1");
    assertThat(Quoted.entries("Failed to CREATE Patient with", bundle)).isEmpty();
  }

  @Test
  void findsTheReferenceInEveryEntryThatHasIt() {
    Bundle bundle = new Bundle();
    for (String reference : new String[] {"Patient?identifier=1", "Patient/1"}) {
      Flag flag = new Flag();
      flag.getSubject().setReference(reference);
      bundle.addEntry().setResource(flag).getRequest().setMethod(Bundle.HTTPVerb.POST);
    }
    assertThat(Quoted.entries("match URL \"Patient?identifier=1\" - none", bundle))
        .containsExactly("Bundle.entry[0].resource.subject");
  }

  private static void create(Bundle bundle, String type, String condition) {
    bundle
        .addEntry()
        .getRequest()
        .setMethod(Bundle.HTTPVerb.POST)
        .setUrl(type)
        .setIfNoneExist(condition);
  }
}
