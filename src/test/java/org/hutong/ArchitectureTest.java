package org.hutong;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Set;
import java.util.TimeZone;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

@AnalyzeClasses(
    packagesOf = HutongApplication.class,
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final Set<String> CLOCKS =
      Set.of(
          Instant.class.getName(),
          LocalDate.class.getName(),
          LocalDateTime.class.getName(),
          OffsetDateTime.class.getName(),
          ZonedDateTime.class.getName());

  @ArchTest
  static final ArchRule theEngineStaysBehindThreeModules =
      noClasses()
          .that()
          .resideOutsideOfPackages("..store..", "..profiles..", "..server..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ca.uhn.fhir.jpa..");

  @ArchTest
  static final ArchRule theVocabularyIsPure =
      noClasses()
          .that()
          .resideInAPackage("org.hutong.fhir")
          .and()
          .doNotHaveSimpleName("package-info")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.springframework..", "jakarta..", "java.sql..", "javax.sql..");

  @ArchTest
  static final ArchRule settingsAreRecordsAndNoFieldIsInjected =
      noFields()
          .should()
          .beAnnotatedWith(Autowired.class)
          .orShould()
          .beAnnotatedWith(Value.class)
          .orShould()
          .beAnnotatedWith("jakarta.annotation.Resource")
          .orShould()
          .beAnnotatedWith("jakarta.inject.Inject");

  @ArchTest
  static final ArchRule nothingReadsASettingByItsName =
      noClasses().should().dependOnClassesThat().areAssignableTo(Value.class);

  @ArchTest
  static final ArchRule theTimeComesFromAClock =
      noClasses()
          .should()
          .callMethodWhere(
              target(
                  describe(
                      "reads the system's clock",
                      method ->
                          CLOCKS.contains(method.getOwner().getName())
                              && method.getName().equals("now")
                              && method.getRawParameterTypes().isEmpty())))
          .orShould()
          .callConstructor(Date.class)
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(TimeZone.class, "getDefault");

  @ArchTest
  static final ArchRule whatIsThrownAtACallerIsAProblem =
      noClasses()
          .should()
          .callConstructorWhere(
              describe(
                  "makes (and does not extend) an exception of the engine",
                  (JavaConstructorCall call) ->
                      call.getTargetOwner()
                              .getPackageName()
                              .equals("ca.uhn.fhir.rest.server.exceptions")
                          && !call.getOriginOwner()
                              .isAssignableTo(call.getTargetOwner().getName())));

  @ArchTest
  static final ArchRule noModulesUseEachOther =
      slices().matching("org.hutong.(*)..").should().beFreeOfCycles();
}
