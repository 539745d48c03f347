package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.ConceptMap;
import org.hl7.fhir.r4.model.ConceptMap.ConceptMapGroupComponent;
import org.hl7.fhir.r4.model.ConceptMap.ConceptMapGroupUnmappedMode;
import org.hl7.fhir.r4.model.Enumerations.ConceptMapEquivalence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConceptMapsTest {
  private static final String ABO_2009 = "https://hutong.org/fhir/CodeSystem/abo-2009";
  private static final String ABO_FRONT_PAGE = "https://hutong.org/fhir/CodeSystem/abo-front-page";
  private static final ConceptMaps PACKAGE =
      FhirPackage.fromClassPath(ProfileExamplesTest.R4).maps();

  private final ConceptMap map = map("one");
  private final ConceptMapGroupComponent group = map.getGroupFirstRep();

  @ParameterizedTest
  @CsvSource({"0, 3", "1, 1", "2, 2", "3, 4", "5, 5"})
  void neverTakesABloodGroupForTheOneOfTheSameDigit(String of2009, String ofFrontPage) {
    assertThat(answers(abo(), new Coding(ABO_2009, of2009, null), false))
        .containsExactly("equal " + ABO_FRONT_PAGE + "|" + ofFrontPage);
    assertThat(answers(abo(), new Coding(ABO_FRONT_PAGE, ofFrontPage, null), true))
        .containsExactly("equal " + ABO_2009 + "|" + of2009);
    assertThat(answers(abo(), new Coding(ABO_FRONT_PAGE, ofFrontPage, null), false)).isEmpty();
    assertThat(answers(abo(), new Coding(ABO_2009, of2009, null), true)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "WIDER, narrower",
    "NARROWER, wider",
    "SUBSUMES, specializes",
    "SPECIALIZES, subsumes",
    "EQUAL, equal",
    "EQUIVALENT, equivalent",
    "RELATEDTO, relatedto",
    "INEXACT, inexact",
    "DISJOINT, disjoint"
  })
  void turnsTheEquivalenceRoundWithTheDirection(ConceptMapEquivalence there, String back) {
    group.addElement().setCode("a").addTarget().setCode("b").setEquivalence(there);
    assertThat(answers(map, new Coding("urn:from", "a", null), false))
        .containsExactly(there.toCode() + " urn:to|b");
    assertThat(answers(map, new Coding("urn:to", "b", null), true))
        .containsExactly(back + " urn:from|a");
  }

  @Test
  void givesEveryTargetOfACode() {
    group
        .addElement()
        .setCode("a")
        .addTarget()
        .setCode("b")
        .setEquivalence(ConceptMapEquivalence.NARROWER);
    group
        .getElementFirstRep()
        .addTarget()
        .setCode("c")
        .setEquivalence(ConceptMapEquivalence.NARROWER);
    assertThat(answers(map, new Coding("urn:from", "a", null), false))
        .containsExactly("narrower urn:to|b", "narrower urn:to|c");
  }

  @ParameterizedTest
  @CsvSource({
    "EQUAL, true",
    "EQUIVALENT, true",
    "WIDER, true",
    "INEXACT, true",
    "RELATEDTO, true",
    "UNMATCHED, false",
    "DISJOINT, false"
  })
  void translatesUnlessTheMapDeniesIt(ConceptMapEquivalence equivalence, boolean translates) {
    group.addElement().setCode("a").addTarget().setCode("b").setEquivalence(equivalence);
    assertThat(maps().translate(map, new Coding("urn:from", "a", null), false))
        .singleElement()
        .extracting(ConceptMaps.Match::translates)
        .isEqualTo(translates);
  }

  @ParameterizedTest
  @CsvSource({"PROVIDED, relatedto urn:to|x", "FIXED, relatedto urn:to|other"})
  void takesWhatTheMapNamesForCodesThatItDoesNotList(
      ConceptMapGroupUnmappedMode mode, String answer) {
    group.addElement().setCode("a").addTarget().setEquivalence(ConceptMapEquivalence.UNMATCHED);
    group.getUnmapped().setMode(mode).setCode("other");
    assertThat(answers(map, new Coding("urn:from", "x", null), false)).containsExactly(answer);
    // What is said to have no equal is listed.
    assertThat(answers(map, new Coding("urn:from", "a", null), false))
        .containsExactly("unmatched -");
    assertThat(answers(map, new Coding("urn:elsewhere", "x", null), false)).isEmpty();
    assertThat(answers(map, new Coding("urn:to", "other", null), true)).isEmpty();
  }

  @Test
  void asksTheOtherMapForCodesThatItDoesNotList() {
    ConceptMap other = map("other");
    other
        .getGroupFirstRep()
        .addElement()
        .setCode("x")
        .addTarget()
        .setCode("y")
        .setEquivalence(ConceptMapEquivalence.EQUAL);
    group.getUnmapped().setMode(ConceptMapGroupUnmappedMode.OTHERMAP).setUrl("urn:map:other");
    other
        .getGroupFirstRep()
        .getUnmapped()
        .setMode(ConceptMapGroupUnmappedMode.OTHERMAP)
        .setUrl("urn:map:one");
    ConceptMaps both = new ConceptMaps(List.of(map, other));
    assertThat(both.translate(map, new Coding("urn:from", "x", null), false))
        .singleElement()
        .extracting(ConceptMaps.Match::source)
        .isEqualTo("urn:map:other");
    // Each sends the other what it lacks.
    assertThat(both.translate(map, new Coding("urn:from", "z", null), false)).isEmpty();
    group.getUnmapped().setUrl("urn:map:none");
    assertThat(both.translate(map, new Coding("urn:from", "x", null), false)).isEmpty();
  }

  private static ConceptMap abo() {
    return Objects.requireNonNull(
        PACKAGE.of("https://hutong.org/fhir/ConceptMap/abo-2009-to-front-page"));
  }

  private static ConceptMap map(String name) {
    ConceptMap map = new ConceptMap();
    map.setUrl("urn:map:" + name);
    map.addGroup().setSource("urn:from").setTarget("urn:to");
    return map;
  }

  private ConceptMaps maps() {
    return new ConceptMaps(List.of(map));
  }

  private List<String> answers(ConceptMap asked, Coding coding, boolean reverse) {
    return maps().translate(asked, coding, reverse).stream()
        .map(
            match -> {
              Coding concept = match.concept();
              String told = concept == null ? "-" : concept.getSystem() + "|" + concept.getCode();
              return match.equivalence().toCode() + " " + told;
            })
        .toList();
  }
}
