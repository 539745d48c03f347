package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hutong.store.StartRefused;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broken package stops the start, and the sentence names the file and what is wrong. */
class PackageCheckTest {
  private static final String PROFILE =
      """
      {"resourceType":"StructureDefinition","id":"x","name":"X","status":"draft","abstract":false,
      "url":"https://hutong.org/fhir/StructureDefinition/x","kind":"resource","type":"Patient",
      "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint",
      "differential":{"element":[{"id":"Patient","path":"Patient","constraint":[{"key":"x-1",
      "severity":"error","human":"Has a name.","_human":{"extension":[
      {"url":"http://hl7.org/fhir/StructureDefinition/translation","extension":[
      {"url":"lang","valueCode":"zh-CN"},{"url":"content","valueString":"须有姓名。"}]}]},
      "expression":"name.exists()","extension":[
      {"url":"https://hutong.org/fhir/StructureDefinition/constraint-mend","_valueString":{
      "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/translation","extension":[
      {"url":"lang","valueCode":"zh-CN"},{"url":"content","valueString":"补充姓名。"}]}]},
      "valueString":"Add a name."}]}]}]}}""";

  private static final String MEND =
      """
      {"resourceType":"StructureDefinition","id":"constraint-mend","name":"ConstraintMend",
      "url":"https://hutong.org/fhir/StructureDefinition/constraint-mend","status":"draft",
      "kind":"complex-type","abstract":false,"type":"Extension","derivation":"constraint",
      "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Extension"}""";

  @TempDir Path root;

  @BeforeEach
  void writeASmallPackageThatIsWhole() throws IOException {
    for (String folder : PackageCheck.FOLDERS.keySet()) {
      Files.createDirectories(root.resolve(folder));
    }
    write("extensions/StructureDefinition-constraint-mend.json", MEND);
    write("profiles/StructureDefinition-x.json", PROFILE);
  }

  @Test
  void readsWhatIsWhole() {
    assertThat(read().keys()).containsExactly("x-1");
  }

  @Test
  void namesAFileThatIsNotJson() throws IOException {
    write("profiles/StructureDefinition-x.json", "<StructureDefinition/>");
    refuses("profiles/StructureDefinition-x.json", "no FHIR R4 resource in JSON");
    write("profiles/StructureDefinition-x.json", PROFILE.substring(0, 200));
    refuses("profiles/StructureDefinition-x.json", "no FHIR R4 resource in JSON");
  }

  @Test
  void namesAnElementThatFhirDoesNotKnow() throws IOException {
    write("profiles/StructureDefinition-x.json", PROFILE.replace("\"derivation\"", "\"derived\""));
    refuses("profiles/StructureDefinition-x.json", "derived");
    write(
        "profiles/StructureDefinition-x.json",
        PROFILE.replace(
            "\"resourceType\":\"StructureDefinition\"", "\"resourceType\":\"Profile\""));
    refuses("profiles/StructureDefinition-x.json", "Profile");
  }

  @Test
  void namesAResourceThatDoesNotBelongThere() throws IOException {
    write("profiles/Patient-x.json", "{\"resourceType\":\"Patient\",\"id\":\"x\"}");
    refuses("profiles/Patient-x.json", "it holds a Patient, but here belongs StructureDefinition");
  }

  @Test
  void namesAFileWithAnotherNameThanItsResource() throws IOException {
    write("profiles/StructureDefinition-y.json", PROFILE);
    refuses("profiles/StructureDefinition-y.json", "call for the name StructureDefinition-x.json");
  }

  @Test
  void namesAnInvariantThatIsNotFhirPath() throws IOException {
    write("profiles/StructureDefinition-x.json", PROFILE.replace("name.exists()", "name.exists("));
    refuses("profiles/StructureDefinition-x.json", "x-1", "not FHIRPath: name.exists(");
    write("profiles/StructureDefinition-x.json", PROFILE.replace("name.exists()", "name.exist()"));
    refuses("profiles/StructureDefinition-x.json", "x-1", "not FHIRPath: name.exist()");
  }

  @Test
  void namesAnInvariantWithoutTranslation() throws IOException {
    write("profiles/StructureDefinition-x.json", PROFILE.replace("zh-CN", "fr"));
    refuses("profiles/StructureDefinition-x.json", "has no Chinese translation");
  }

  @Test
  void namesASearchParameterWhoseExpressionIsNotFhirPath() throws IOException {
    write(
        "search/SearchParameter-Patient-x.json",
        """
        {"resourceType":"SearchParameter","id":"Patient-x","name":"x","status":"draft","code":"x",
        "url":"https://hutong.org/fhir/SearchParameter/Patient-x","base":["Patient"],
        "description":"x","type":"token","expression":"Patient.gender ||"}""");
    refuses("search/SearchParameter-Patient-x.json", "expression of x is not FHIRPath");
  }

  @Test
  void namesAProfileThatBuildsOnNothing() throws IOException {
    for (String nothing :
        new String[] {
          "http://hl7.org/fhir/StructureDefinition/Patientt",
          "https://hutong.org/fhir/StructureDefinition/nothing"
        }) {
      write(
          "profiles/StructureDefinition-x.json",
          PROFILE.replace("http://hl7.org/fhir/StructureDefinition/Patient\"", nothing + "\""));
      refuses("profiles/StructureDefinition-x.json", "refers to " + nothing);
    }
  }

  @Test
  void namesAValueSetOfACodeSystemThatIsNotThere() throws IOException {
    write(
        "terminology/ValueSet-x.json",
        """
        {"resourceType":"ValueSet","id":"x","status":"draft",
        "url":"https://hutong.org/fhir/ValueSet/x","compose":{"include":[
        {"system":"https://hutong.org/fhir/CodeSystem/nothing"}]}}""");
    refuses("terminology/ValueSet-x.json", "refers to https://hutong.org/fhir/CodeSystem/nothing");
  }

  @Test
  void namesACodeThatStandsTwice() throws IOException {
    write(
        "terminology/CodeSystem-x.json",
        """
        {"resourceType":"CodeSystem","id":"x","status":"draft","content":"complete",
        "url":"https://hutong.org/fhir/CodeSystem/x","concept":[
        {"code":"1","display":"a","concept":[{"code":"2","display":"b"}]},
        {"code":"2","display":"c"}]}""");
    refuses("terminology/CodeSystem-x.json", "the code 2 stands in it twice");
    Files.delete(root.resolve("terminology/CodeSystem-x.json"));
    write(
        "terminology/ValueSet-x.json",
        """
        {"resourceType":"ValueSet","id":"x","status":"draft",
        "url":"https://hutong.org/fhir/ValueSet/x","compose":{"include":[
        {"system":"http://loinc.org","concept":[{"code":"3"},{"code":"3"}]}]}}""");
    refuses("terminology/ValueSet-x.json", "the code 3 stands in it twice");
    Files.delete(root.resolve("terminology/ValueSet-x.json"));
    write(
        "terminology/ConceptMap-x.json",
        """
        {"resourceType":"ConceptMap","id":"x","status":"draft",
        "url":"https://hutong.org/fhir/ConceptMap/x","group":[{"source":"urn:a","target":"urn:b",
        "element":[{"code":"4","target":[{"code":"1","equivalence":"equal"}]},
        {"code":"4","target":[{"code":"2","equivalence":"equal"}]}]}]}""");
    refuses("terminology/ConceptMap-x.json", "the code 4 stands in it twice");
  }

  @Test
  void namesTwoFilesWithOneUrl() throws IOException {
    write("profiles/StructureDefinition-y.json", PROFILE.replace("\"id\":\"x\"", "\"id\":\"y\""));
    refuses(
        "profiles/StructureDefinition-y.json",
        "https://hutong.org/fhir/StructureDefinition/x is that of"
            + " profiles/StructureDefinition-x.json already");
  }

  @Test
  void namesTwoProfilesForOneType() throws IOException {
    write(
        "profiles/StructureDefinition-y.json",
        PROFILE
            .replace("\"id\":\"x\"", "\"id\":\"y\"")
            .replace("StructureDefinition/x\"", "StructureDefinition/y\""));
    refuses("Patient has two base profiles");
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(root.resolve(file), text);
  }

  private FhirPackage read() {
    return FhirPackage.from(FhirContext.forR4Cached(), root.toUri().toString());
  }

  private void refuses(String... words) {
    assertThatExceptionOfType(StartRefused.class)
        .isThrownBy(this::read)
        .withMessageStartingWith("The FHIR package is broken: ")
        .withMessageContainingAll(words)
        .withMessageContaining("Mend the file below fhir-profiles");
  }
}
