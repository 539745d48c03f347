package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.hutong.profiles.Declared;
import org.junit.jupiter.api.Test;

class PathShapeTest {
  private final PathShape shape = new PathShape(Declared.fromClassPath());

  @Test
  void showsTypesAndOperations() {
    assertThat(shape.line("/fhir/Patient/17/$everything")).isEqualTo("/fhir/Patient/*/$everything");
    assertThat(shape.line("/fhir/Task/17/_history/2")).isEqualTo("/fhir/Task/*/_history/*");
    assertThat(shape.line("/")).isEqualTo("/");
  }

  @Test
  void showsNoWordThatAClientMadeUp() {
    assertThat(shape.line("/fhir/lixiulan")).isEqualTo("/fhir/*");
    assertThat(shape.line("/fhir/Patient/$li-xiu-lan")).isEqualTo("/fhir/Patient/*");
    assertThat(shape.line("/a/b/c/d/e/f/g/h")).isEqualTo("/*/*/*/*/*/*");
    assertThat(PathShape.method("LIXIULAN")).isEqualTo("?");
  }

  @Test
  void countsAllTypesInOneSeries() {
    assertThat(shape.series("/fhir/Patient/17")).isEqualTo("/fhir/[type]/*");
    assertThat(shape.series("/fhir/Encounter/_search")).isEqualTo("/fhir/[type]/_search");
    assertThat(shape.series("/fhir")).isEqualTo("/fhir");
  }
}
