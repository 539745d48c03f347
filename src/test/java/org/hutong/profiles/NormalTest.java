package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.NamingSystem;
import org.hl7.fhir.r4.model.NamingSystem.NamingSystemIdentifierType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.Spellings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormalTest {
  private static final String CARD = Canonical.ID_CARD + "|11010519491231002X";
  private static final String INPATIENT = "https://hutong.org/fhir/sid/mr/inpatient/47100004X";

  private static final FhirContext R4 = FhirContext.forR4Cached();
  private static final FhirPackage PACKAGE = FhirPackage.fromClassPath(R4);
  private static final NamedSystems SYSTEMS = PACKAGE.systems();
  private static final NormalSearch SEARCH =
      new NormalSearch(SYSTEMS, IndexedParameters.of(R4, Declared.fromClassPath(), PACKAGE));
  private static final String BASE = "http://localhost:8080/fhir";
  static final NormalResource RESOURCES = new NormalResource(R4, SYSTEMS, SEARCH);

  // Systems.

  /**
   * What the package publishes, read as text: every URI leads to the preferred one of its system,
   * unless that differs from institution to institution.
   */
  @Test
  void knowsEveryAliasThatThePackagePublishes() throws IOException {
    Map<String, String> expected = new HashMap<>();
    try (Stream<Path> files = Files.list(Path.of("fhir-profiles", "terminology"))) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("NamingSystem-")).toList()) {
        NamingSystem system =
            R4.newJsonParser().parseResource(NamingSystem.class, Files.readString(file));
        String preferred =
            system.getUniqueId().stream()
                .filter(id -> id.getPreferred() && id.getType() == NamingSystemIdentifierType.URI)
                .findFirst()
                .orElseThrow()
                .getValue();
        // A number that each institution gives for itself: the bare OID does not say whose it is.
        boolean perInstitution = preferred.contains("{");
        system
            .getUniqueId()
            .forEach(id -> expected.put(id.getValue(), perInstitution ? id.getValue() : preferred));
      }
    }
    assertThat(expected).hasSizeGreaterThan(20);
    expected.forEach((alias, preferred) -> assertThat(SYSTEMS.primary(alias)).isEqualTo(preferred));
  }

  @ParameterizedTest
  @CsvSource({
    "2.16.156.10011.1.3, urn:oid:2.16.156.10011.1.3",
    "urn:oid:2.16.840.1.113883.2.23.1.19.1, urn:oid:2.16.156.10011.1.3",
    "2.16.840.1.113883.2.23.1.19.1, urn:oid:2.16.156.10011.1.3",
    "2.16.840.1.113883.2.23.1.9.1, urn:oid:2.16.156.10011.1.3",
    "http://NamingSystem.hl7fhir.cn/identityDocument, urn:oid:2.16.156.10011.1.3",
    "2.16.156.10011.1.5, urn:oid:2.16.156.10011.1.5",
    "2.16.156.10011.2.3.3.4, urn:oid:2.16.156.10011.2.3.3.4",
    "2.16.156.10011.1.9999, 2.16.156.10011.1.9999",
    "urn:oid:1.2.3, urn:oid:1.2.3",
    "http://loinc.org, http://loinc.org",
    // slips of the pen
    "URN:OID:2.16.156.10011.1.3, urn:oid:2.16.156.10011.1.3",
    "oid:2.16.156.10011.1.3, urn:oid:2.16.156.10011.1.3",
    "' urn:oid:2.16.156.10011.1.3 ', urn:oid:2.16.156.10011.1.3",
    "ｕｒｎ：ｏｉｄ：2.16.156.10011.1.3　, urn:oid:2.16.156.10011.1.3",
    "' 2.16.156.10011.1.3', urn:oid:2.16.156.10011.1.3",
    "http://namingsystem.hl7fhir.cn/identityDocument, urn:oid:2.16.156.10011.1.3",
    "https://NamingSystem.hl7fhir.cn/identityDocument/, urn:oid:2.16.156.10011.1.3",
    "http://hutong.org/fhir/sid/uscc, https://hutong.org/fhir/sid/uscc",
    "HTTPS://HUTONG.ORG/fhir/sid/uscc, https://hutong.org/fhir/sid/uscc",
    "https://hutong.org/fhir/sid/USCC//, https://hutong.org/fhir/sid/uscc",
    "https://hutong.org/fhir/CodeSystem/ABO-2009/, https://hutong.org/fhir/CodeSystem/abo-2009",
    "Urn:Oid:2.16.156.10011.2.3.3.4, urn:oid:2.16.156.10011.2.3.3.4",
    "HTTP://Hutong.org/FHIR/sid/mr/inpatient/47100004X/, https://hutong.org/fhir/sid/mr/inpatient/47100004X",
    "http://hutong.org/fhir/sid/department/ab/cd, https://hutong.org/fhir/sid/department/ab/cd",
    // systems of others by which profiles are chosen
    "HTTP://LOINC.org/, http://loinc.org",
    "urn:oid:2.16.840.1.113883.6.1, http://loinc.org",
    "https://terminology.hl7.org/CodeSystem/observation-category/, http://terminology.hl7.org/CodeSystem/observation-category",
    "http://hl7.org/fhir/observation-category, http://terminology.hl7.org/CodeSystem/observation-category",
    // nobody's, or another's
    "https://hutong.org/fhir/sid/uscd, https://hutong.org/fhir/sid/uscd",
    "https://hutong.org/fhir/sid/department, https://hutong.org/fhir/sid/department",
    "HTTP://his.example.org/, HTTP://his.example.org/",
    "urn:oid:2.16.156.10011.1.33333, urn:oid:2.16.156.10011.1.33333",
    "ftp://hutong.org/fhir/sid/uscc, ftp://hutong.org/fhir/sid/uscc",
    "hutong.org/fhir/sid/uscc, https://hutong.org/fhir/sid/uscc",
    "///, ///",
  })
  void callsASystemByItsPreferredUri(String uri, String preferred) {
    assertThat(SYSTEMS.primary(uri)).isEqualTo(preferred);
  }

  @Test
  void leavesEveryPublishedCodeAsItIsPublished() throws IOException {
    int codes = 0;
    try (Stream<Path> files = Files.list(Path.of("fhir-profiles", "terminology"))) {
      for (Path file : files.filter(f -> f.getFileName().toString().startsWith("Code")).toList()) {
        CodeSystem system =
            R4.newJsonParser().parseResource(CodeSystem.class, Files.readString(file));
        for (CodeSystem.ConceptDefinitionComponent concept : system.getConcept()) {
          assertThat(SYSTEMS.value(system.getUrl(), concept.getCode()))
              .isEqualTo(concept.getCode());
          codes++;
        }
      }
    }
    assertThat(codes).isPositive();
  }

  @Test
  void stopsTheStartWhereTheSystemsContradictEachOther() {
    NamingSystem unclear = new NamingSystem().setName("Unclear");
    unclear.addUniqueId().setType(NamingSystemIdentifierType.URI).setValue("urn:a");
    assertThatThrownBy(() -> new NamedSystems(List.of(unclear), List.of(), List.of()))
        .hasMessageContaining("Unclear");
    NamingSystem first = named("urn:a", "urn:b");
    NamingSystem second = named("urn:c", "urn:b");
    assertThatThrownBy(() -> new NamedSystems(List.of(first, second), List.of(), List.of()))
        .hasMessageContaining("urn:b");
    NamingSystem third = named("http://c.example/d", "urn:e");
    NamingSystem nearly = named("urn:f", "https://C.example/d/");
    assertThatThrownBy(() -> new NamedSystems(List.of(third, nearly), List.of(), List.of()))
        .hasMessageContaining("https://C.example/d/");
  }

  private static NamingSystem named(String preferred, String alias) {
    NamingSystem system = new NamingSystem().setName(preferred);
    system.setKind(NamingSystem.NamingSystemType.IDENTIFIER);
    system
        .addUniqueId()
        .setType(NamingSystemIdentifierType.URI)
        .setValue(preferred)
        .setPreferred(true);
    system.addUniqueId().setType(NamingSystemIdentifierType.URI).setValue(alias);
    return system;
  }

  // Resources.

  @Test
  void reachesEveryIdentifierWhereverItStands() {
    Observation observation = new Observation();
    observation.addIdentifier(card("11010519491231002x"));
    observation.setSubject(new Reference().setIdentifier(card("11010519491231002x")));
    observation.addExtension("http://e", card("11010519491231002x"));
    observation
        .getStatusElement()
        .addExtension(new Extension("http://e", card("11010519491231002x")));
    Patient contained = new Patient();
    contained.addIdentifier(card("11010519491231002x"));
    observation.addContained(contained);
    observation
        .addPerformer()
        .setIdentifier(
            card("1").setAssigner(new Reference().setIdentifier(card("110105491231002"))));
    assertThat(RESOURCES.normalise(observation, BASE)).isTrue();
    String json = R4.newJsonParser().encodeResourceToString(observation);
    assertThat(json.split("11010519491231002X", -1)).hasSize(7);
    assertThat(json).doesNotContain("x\"", "2.16.840", "110105491231002\"");
  }

  @Test
  void changesNamesOfPersonsAndNoOthers() {
    Patient patient = new Patient();
    patient.addName().setText("阿依古丽•买买提").setFamily("买买提").addGiven("阿依.古丽");
    patient.addContact().getName().setText("古丽．艾力");
    patient.addAddress().setText("云泽县.清河镇");
    RESOURCES.normalise(patient, BASE);
    assertThat(patient.getNameFirstRep().getText()).isEqualTo("阿依古丽·买买提");
    assertThat(patient.getNameFirstRep().getGiven().get(0).getValue()).isEqualTo("阿依·古丽");
    assertThat(patient.getContactFirstRep().getName().getText()).isEqualTo("古丽·艾力");
    assertThat(patient.getAddressFirstRep().getText()).isEqualTo("云泽县.清河镇");

    Organization organization = new Organization().setName("云泽县•清河镇卫生院");
    organization.getText().setDivAsString("<div>阿依古丽•买买提 Ａ</div>");
    assertThat(RESOURCES.normalise(organization, BASE)).isFalse();
  }

  @Test
  void namesWhatStandsOnThisServerWithoutItsBase() {
    assertThat(asked("Observation", "subject", BASE + "/Patient/1,Patient/2"))
        .isEqualTo("Patient/1,Patient/2");
    assertThat(SEARCH.condition("Observation", "subject=" + encoded(BASE + "/Patient/1"), BASE))
        .isEqualTo("subject=" + encoded("Patient/1"));
    for (String other : List.of("http://other.example/fhir/Patient/1", BASE + "er/Patient/1")) {
      assertThat(asked("Observation", "subject", other)).isEqualTo(other);
      assertThat(NormalSearch.relative(other, BASE)).isEqualTo(other);
    }
    Observation observation = new Observation();
    observation.setSubject(new Reference(BASE + "/Patient/1"));
    observation.addPerformer(new Reference("http://other.example/fhir/Patient/1"));
    assertThat(RESOURCES.normalise(observation, BASE)).isTrue();
    assertThat(observation.getSubject().getReference()).isEqualTo("Patient/1");
    assertThat(observation.getPerformerFirstRep().getReference())
        .isEqualTo("http://other.example/fhir/Patient/1");
  }

  @Test
  void touchesNothingOfASystemThatIsNotPublished() {
    Encounter encounter = new Encounter();
    encounter.addIdentifier().setSystem("http://his.example/no").setValue("　Ａ１２:1ｘ ");
    encounter.addIdentifier().setValue("110105491231002");
    encounter.addType().addCoding().setSystem("http://his.example.org").setCode("Ａ");
    encounter.addType().setText("Ａ•Ｂ");
    encounter.setSubject(new Reference("Patient/Ａ").setDisplay("阿依古丽•买买提"));
    Encounter before = encounter.copy();
    assertThat(RESOURCES.normalise(encounter, BASE)).isFalse();
    assertThat(encounter.equalsDeep(before)).isTrue();
  }

  @Test
  void writesNumbersOfInstitutionsAndCodesInHalfWidth() {
    Encounter encounter = new Encounter();
    encounter.addIdentifier().setSystem(INPATIENT).setValue("　ＺＹ２０２６:1");
    encounter.addExtension("http://e", new Coding("2.16.156.10011.2.3.3.4", "１", "男"));
    encounter.addExtension("http://e", new CodeType("１"));
    RESOURCES.normalise(encounter, BASE);
    assertThat(encounter.getIdentifierFirstRep().getValue()).isEqualTo("ZY2026:1");
    Coding gender = (Coding) encounter.getExtension().get(0).getValue();
    assertThat(gender.getSystem() + "|" + gender.getCode())
        .isEqualTo("urn:oid:2.16.156.10011.2.3.3.4|1");
    assertThat(encounter.getExtension().get(1).getValue().primitiveValue()).isEqualTo("１");
  }

  @Test
  void makesOneOfTwoSpellingsOfOneIdentifier() {
    Patient patient = new Patient();
    patient.addIdentifier().setSystem(Canonical.ID_CARD).setValue("11010519491231002X");
    patient.addIdentifier(card("110105491231002"));
    patient.addIdentifier(card("11010519491231002x").setUse(Identifier.IdentifierUse.OLD));
    patient.addIdentifier().setSystem("http://his.example/no").setValue("1");
    patient.addIdentifier().setSystem("http://his.example/no").setValue("1");
    assertThat(RESOURCES.normalise(patient, BASE)).isTrue();
    assertThat(patient.getIdentifier()).hasSize(4);
    assertThat(patient.getIdentifier().get(1).getUse()).isEqualTo(Identifier.IdentifierUse.OLD);
  }

  @Test
  void keepsWhatHangsOnAChangedValue() {
    Patient patient = new Patient();
    Identifier card = card("11010519491231002x");
    card.getValueElement().addExtension(new Extension("http://e", new CodeType("a")));
    patient.addIdentifier(card);
    RESOURCES.normalise(patient, BASE);
    assertThat(patient.getIdentifierFirstRep().getValueElement().getExtension()).hasSize(1);
  }

  /** FHIR lets an extension say why a value is absent. */
  @Test
  void leavesWhatHasNoValueButAnExtension() {
    Extension absent = new Extension("http://e", new CodeType("masked"));
    Encounter encounter = new Encounter();
    Identifier withoutValue = new Identifier().setSystem(Canonical.ID_CARD);
    withoutValue.getValueElement().addExtension(absent);
    Identifier withoutSystem = new Identifier().setValue("１");
    withoutSystem.getSystemElement().addExtension(absent);
    encounter.addIdentifier(withoutValue).addIdentifier(withoutSystem);
    Coding withoutCode = new Coding().setSystem("urn:oid:2.16.156.10011.2.3.3.4");
    withoutCode.getCodeElement().addExtension(absent);
    encounter.addType().addCoding(withoutCode);
    encounter.getSubject().getReferenceElement_().addExtension(absent);
    Encounter before = encounter.copy();
    assertThat(RESOURCES.normalise(encounter, BASE)).isFalse();
    assertThat(encounter.equalsDeep(before)).isTrue();
  }

  private static Identifier card(String value) {
    return new Identifier().setSystem("urn:oid:2.16.840.1.113883.2.23.1.19.1").setValue(value);
  }

  // Search parameters and conditions.

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "Patient identifier",
        "Patient identifier:not",
        "Encounter subject:Patient.identifier",
        "Encounter patient.identifier",
        "Encounter subject.identifier",
        "Organization _has:Patient:organization:identifier",
        "Organization _has:Encounter:service-provider:patient.identifier",
        "Organization _has:Patient:organization:_has:Encounter:subject:identifier",
        "Encounter service-provider.identifier",
      })
  void followsAParameterToTheIdentifier(String type, String name) {
    String value = "urn:oid:2.16.840.1.113883.2.23.1.19.1|110105491231002,http://h|a";
    assertThat(asked(type, name, value)).isEqualTo(CARD + ",http://h|a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "Patient nope",
        "Patient birthdate",
        "Patient identifier.identifier",
        "Encounter subject:Device.nope",
        "Encounter _has:nope",
        "Encounter nope.identifier",
        "Nope identifier",
        "Patient identifier:missing.x",
      })
  void leavesWhatIsNoIdentifier(String type, String name) {
    String value = "urn:oid:2.16.840.1.113883.2.23.1.19.1|110105491231002";
    assertThat(asked(type, name, value)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "2.16.156.10011.1.3|11010519491231002x urn:oid:2.16.156.10011.1.3|11010519491231002X",
        "2.16.156.10011.1.3| urn:oid:2.16.156.10011.1.3|",
        "URN:OID:2.16.156.10011.1.3|11010519491231002x urn:oid:2.16.156.10011.1.3|11010519491231002X",
        "HTTP://hutong.org/fhir/sid/uscc/|９１ https://hutong.org/fhir/sid/uscc|91",
        "|11010519491231002x |11010519491231002x",
        "http://h|11010519491231002x http://h|11010519491231002x",
        "http://h|a\\,b\\|c http://h|a\\,b\\|c",
        "https://hutong.org/fhir/sid/ehealthcard|0F3A:1 https://hutong.org/fhir/sid/ehealthcard|0F3A",
        "https://hutong.org/fhir/sid/uscc|９１\\,｜ https://hutong.org/fhir/sid/uscc|91\\,\\|",
        "MZ202611220001 MZ202611220001",
        "11010519491231002X 11010519491231002X",
        "11010519491231002x 11010519491231002x,urn:oid:2.16.156.10011.1.3|11010519491231002X",
        "110105491231002 110105491231002,urn:oid:2.16.156.10011.1.3|11010519491231002X",
        "１１０１０５４９１２３１００２ １１０１０５４９１２３１００２,110105491231002,urn:oid:2.16.156.10011.1.3|11010519491231002X",
        "a:1 a:1",
        "0123456789abcdef0123456789abcdef:1 0123456789abcdef0123456789abcdef:1,https://hutong.org/fhir/sid/ehealthcard|0123456789abcdef0123456789abcdef",
        "Ａ１２\\ Ａ１２\\",
      })
  void asksForAnIdentifierAsItIsKept(String value, String normal) {
    assertThat(asked("Patient", "identifier", value)).isEqualTo(normal);
  }

  @ParameterizedTest
  @CsvSource({
    "Patient, name, true",
    "Patient, name:exact, true",
    "Practitioner, name, true",
    "RelatedPerson, name, true",
    "Encounter, patient.name, true",
    "Organization, _has:Patient:organization:name, true",
    "Organization, name, false",
    "Patient, organization.name, false",
    "Location, name, false",
    "Patient, phone, false",
  })
  void asksForNamesOfPersonsAsTheyAreCompared(String type, String name, boolean person) {
    boolean exact = name.endsWith(":exact");
    assertThat(asked(type, name, "　卓1　")).isEqualTo(person ? "卓1" : "　卓1　");
    assertThat(asked(type, name, "阿依古丽•买买提"))
        .isEqualTo(person ? exact ? "阿依古丽·买买提" : "阿依古丽买买提" : "阿依古丽•买买提");
    assertThat(asked(type, name, "歐陽 Ｎ,·")).isEqualTo(person && !exact ? "欧阳N,·" : "歐陽 Ｎ,·");
  }

  @ParameterizedTest
  @CsvSource({
    "Patient, phonetic, Ou Yang, ouyang",
    "Patient, phonetic:exact, Ou Yang, ouyang",
    "Patient, phonetic:missing, true, true",
    "Practitioner, phonetic, 'lü bù,欧阳', 'lvbu,ouyang'",
    "Patient, phonetic, 12, 12",
    "Encounter, patient.phonetic, OuYang, ouyang",
    "Organization, _has:Patient:organization:pinyin-initials, O Y, oy",
    "Patient, pinyin-initials, 'O Y N N,欧阳', 'oynn,oy'",
    "Patient, name:missing, true, true",
  })
  void asksForSoundsAsTheyAreCompared(String type, String name, String value, String asked) {
    assertThat(asked(type, name, value)).isEqualTo(asked);
    assertThat(asked(type, name, asked)).isEqualTo(asked);
  }

  @Test
  void asksForCodesAsTheyAreKept() {
    assertThat(asked("Encounter", "type", "2.16.156.10011.2.3.3.4|１,http://his.example.org|１,１"))
        .isEqualTo("urn:oid:2.16.156.10011.2.3.3.4|1,http://his.example.org|１,１");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "Patient identifier=%s %s",
        "Patient ?identifier=%s ?%s",
        "Patient Patient?identifier=%s&gender=male Patient?%s&gender=male",
        "'' Patient?identifier=%s Patient?%s",
        "'' Patient/?identifier=%s Patient/?%s",
        "'' http://localhost/fhir/Patient?identifier=%s http://localhost/fhir/Patient?%s",
        "http://localhost/fhir/Patient identifier=%s %s",
        "'' Encounter?a&patient.identifier=%s Encounter?a&patient.%s",
      })
  void findsTheConditionInAUrl(String type, String url, String normal) {
    for (String value :
        List.of(
            "2.16.156.10011.1.3|11010519491231002x",
            "2.16.156.10011.1.3%7C110105491231002",
            "http%3A%2F%2FNamingSystem.hl7fhir.cn%2FidentityDocument|11010519491231002X")) {
      assertThat(SEARCH.condition(type, url.formatted(value), BASE))
          .isEqualTo(normal.formatted("identifier=" + encoded(CARD)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Patient?identifier=urn:oid:2.16.156.10011.1.3|11010519491231002X",
        "Patient?identifier=urn%3Aoid%3A2.16.156.10011.1.3%7c11010519491231002X&name=%E6%9D%8E",
        "Patient?identifier=%GG",
        "Patient?identifier=2.16.156.10011.1.3%7C1%2",
        "Patient?",
        "Patient?&&=",
        "Patient/$everything?identifier=2.16.156.10011.1.3|1",
        "Slot?status=free&schedule=urn:uuid:6d1b3c52-0000-4000-8000-000000000001",
      })
  void changesNoLetterOfAConditionThatIsNormal(String url) {
    assertThat(SEARCH.condition("", url, BASE)).isEqualTo(url);
  }

  private static String asked(String type, String name, String value) {
    return SEARCH.query(type, Map.of(name, new String[] {value}), BASE)
        .getOrDefault(name, new String[1])[0];
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  // What holds for all of it.

  @Test
  void changesNothingASecondTime() {
    Random random = new Random(20261122);
    List<String> systems = new ArrayList<>(SYSTEMS.spellings().keySet());
    systems.addAll(List.of(INPATIENT, "http://his.example/no"));
    for (int i = 0; i < 20_000; i++) {
      String value = Spellings.random(random);
      String system = systems.get(random.nextInt(systems.size()));
      for (String asked :
          List.of(value, system + "|" + value, value + "," + system + "|" + value)) {
        String once = asked("Patient", "identifier", asked);
        assertThat(asked("Patient", "identifier", once)).as(asked).isEqualTo(once);
        String url = SEARCH.condition("", "Patient?identifier=" + encoded(asked), BASE);
        assertThat(SEARCH.condition("", url, BASE)).as(asked).isEqualTo(url);
      }
      Patient patient = new Patient();
      patient.addIdentifier().setSystem(system).setValue(value);
      patient.addName().setText(value);
      patient.addLink().setOther(new Reference("Patient?identifier=" + system + "|" + value));
      RESOURCES.normalise(patient, BASE);
      Resource once = patient.copy();
      assertThat(RESOURCES.normalise(patient, BASE)).as(value).isFalse();
      assertThat(patient.equalsDeep(once)).isTrue();
    }
  }

  /** A client that keeps to the published forms meets itself in every answer. */
  @Test
  void changesNothingOfTheStory() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("fhir-profiles", "examples", "story"))) {
      for (Path file : files.toList()) {
        Resource resource = (Resource) R4.newJsonParser().parseResource(Files.readString(file));
        assertThat(RESOURCES.normalise(resource, BASE)).as(file.toString()).isFalse();
      }
    }
  }
}
