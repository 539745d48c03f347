package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.hl7.fhir.r4.model.Enumerations.SearchParamType;
import org.hl7.fhir.r4.model.SearchParameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchValueTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "DATE; 2026; true",
        "DATE; ge2026-11; true",
        "DATE; 2026-11-22,lt2026-11-25; true",
        "DATE; 2026-11-22T08:00; true",
        "DATE; 2026-11-22T08:00:00.123+08:00; true",
        "DATE; 2026-11-22T08:00:00 08:00; true",
        "DATE; 2024-02-29; true",
        "DATE; 2026-02-29; false",
        "DATE; 2026-13; false",
        "DATE; 2026/11/22; false",
        "DATE; 20261122; false",
        "DATE; 2026-11-22,gt; false",
        "DATE; eq; false",
        "NUMBER; 7.5; true",
        "NUMBER; gt-7e-3; true",
        "NUMBER; seven; false",
        "QUANTITY; 7.5|http://unitsofmeasure.org|mmol/L; true",
        "QUANTITY; le7.5||mmol; true",
        "QUANTITY; 7.5mmol; false",
        "QUANTITY; |x; false",
        "REFERENCE; Patient/1; true",
        "REFERENCE; 1; true",
        "REFERENCE; http://localhost/fhir/Patient/1; true",
        "REFERENCE; Flag/1; false",
        "REFERENCE; Patient/1,Flag/1; false",
        "STRING; 2026/11/22; true",
        "TOKEN; a|b|c; true",
      })
  void knowsWhatAParameterTakes(SearchParamType type, String value, boolean takes) {
    SearchParameter parameter = new SearchParameter().setType(type);
    parameter.addTarget("Patient");
    assertThat(SearchValue.wanted(parameter, value) == null).isEqualTo(takes);
  }
}
