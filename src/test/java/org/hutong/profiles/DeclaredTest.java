package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceSearchParamComponent;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.SearchParameter;
import org.junit.jupiter.api.Test;

/** What is offered, what is asked of those who take part, and the profiles agree. */
class DeclaredTest {
  private static final FhirContext R4 = FhirContext.forR4Cached();
  private static final FhirPackage PACKAGE = FhirPackage.fromClassPath(R4);
  private static final ProfileChoice CHOICE = PACKAGE.choice();
  private static final Declared DECLARED = Declared.fromClassPath();
  private static final CapabilityStatement OFFERED = Declared.statement(R4);
  private static final CapabilityStatement ASKED = asked();

  @Test
  void namesTheProfilesThatATypeIsHeldTo() {
    for (CapabilityStatementRestResourceComponent type : OFFERED.getRestFirstRep().getResource()) {
      assertThat(type.getProfile())
          .isEqualTo(
              CHOICE
                  .bases()
                  .getOrDefault(
                      type.getType(), "http://hl7.org/fhir/StructureDefinition/" + type.getType()));
      assertThat(narrower(type)).containsExactlyInAnyOrderElementsOf(conditions(type.getType()));
    }
  }

  @Test
  void storesEveryTypeThatHasAProfile() {
    assertThat(DECLARED.types()).containsAll(CHOICE.bases().keySet());
  }

  @Test
  void asksForEveryProfileOfThoseWhoTakePart() {
    Set<String> asked = new TreeSet<>();
    for (CapabilityStatementRestResourceComponent type : ASKED.getRestFirstRep().getResource()) {
      asked.add(type.getProfile());
      asked.addAll(narrower(type));
    }
    assertThat(asked).containsExactlyInAnyOrderElementsOf(CHOICE.all().keySet());
  }

  @Test
  void asksForNothingThatIsNotOffered() {
    List<String> missing = new ArrayList<>();
    for (CapabilityStatementRestResourceComponent asked : ASKED.getRestFirstRep().getResource()) {
      String name = asked.getType();
      Declared.Type offered = Objects.requireNonNull(DECLARED.type(name), name);
      asked
          .getInteraction()
          .forEach(
              interaction -> {
                if (!offered.interactions().contains(interaction.getCode().toCode())) {
                  missing.add(name + " " + interaction.getCode().toCode());
                }
              });
      for (CapabilityStatementRestResourceSearchParamComponent parameter : asked.getSearchParam()) {
        if (!parameter
            .getDefinition()
            .equals(offered.searchParameters().get(parameter.getName()))) {
          missing.add(name + " " + parameter.getName());
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void offersEachSearchParameterOfOurs() {
    for (SearchParameter parameter : PACKAGE.searchParameters()) {
      for (CodeType type : parameter.getBase()) {
        assertThat(Objects.requireNonNull(DECLARED.type(type.getValue())).searchParameters())
            .containsEntry(parameter.getCode(), parameter.getUrl());
      }
      String of =
          parameter.getBase().size() == 1 ? parameter.getBase().get(0).getValue() : "individual";
      assertThat(parameter.getIdPart()).isEqualTo(of + "-" + parameter.getCode());
    }
    assertThat(PACKAGE.searchParameters()).isNotEmpty();
  }

  private static List<String> narrower(CapabilityStatementRestResourceComponent type) {
    return type.getSupportedProfile().stream().map(profile -> profile.getValue()).toList();
  }

  private static List<String> conditions(String type) {
    return CHOICE.conditions().getOrDefault(type, List.of()).stream()
        .map(ProfileChoice.Condition::profile)
        .toList();
  }

  private static CapabilityStatement asked() {
    Path file =
        Path.of("fhir-profiles", "capability", "CapabilityStatement-hutong-requirements.json");
    try {
      return R4.newJsonParser().parseResource(CapabilityStatement.class, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
