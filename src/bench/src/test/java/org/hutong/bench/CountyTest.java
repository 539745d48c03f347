package org.hutong.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CountyTest {

  private final County county = new County(1, LocalDate.of(2026, 6, 30));
  private final Directory directory = directory();

  @Test
  void fillsAYearWithAHundredAndFiftyResources() throws Exception {
    Map<String, Integer> types = new TreeMap<>();
    for (JsonNode entry : entries(county.newPatient(3, directory))) {
      types.merge(entry.at("/resource/resourceType").asText(), 1, Integer::sum);
    }

    assertEquals(
        Map.of(
            "Patient", 1,
            "Encounter", 12,
            "Condition", 12,
            "Observation", 123,
            "ServiceRequest", 1,
            "Task", 1),
        types);
  }

  @Test
  void givesEveryEntryAnotherName() throws Exception {
    JsonNode entries = entries(county.newPatient(3, directory));

    assertEquals(entries.size(), entries.findValuesAsText("fullUrl").stream().distinct().count());
  }

  @Test
  void isTheSameForTheSameSeedOnly() {
    County again = new County(1, county.today());
    County other = new County(2, county.today());

    assertEquals(county.newPatient(3, directory), again.newPatient(3, directory));
    assertNotEquals(county.newPatient(3, directory), other.newPatient(3, directory));
    assertNotEquals(county.newPatient(3, directory), county.newPatient(4, directory));
  }

  private static JsonNode entries(String bundle) throws Exception {
    return new ObjectMapper().readTree(bundle).path("entry");
  }

  private static Directory directory() {
    List<String> created = new ArrayList<>();
    for (int i = 0; i < Institution.ALL.size(); i++) {
      created.addAll(List.of("Organization/" + i, "Practitioner/" + i, "PractitionerRole/" + i));
    }
    return Directory.of(created);
  }
}
