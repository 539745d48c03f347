package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.rest.api.EncodingEnum;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hl7.fhir.r4.model.OperationOutcome.OperationOutcomeIssueComponent;
import org.hutong.fhir.Language;
import org.hutong.fhir.Outcomes;
import org.hutong.fhir.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the engine's parser would drop from XML without a word is named, and nothing else. */
class XmlGrammarTest {
  private static final XmlGrammar GRAMMAR = new XmlGrammar(new JsonGrammar(ProfileExamplesTest.R4));
  private static final Examination EXAMINATION =
      new Examination(
          ProfileExamplesTest.R4,
          ProfileExamplesTest.VALIDATION,
          NormalTest.RESOURCES,
          (resource, at, base) -> List.of());

  private static List<JsonGrammar.Slip> slips(String xml) {
    return GRAMMAR.slips(xml.getBytes(StandardCharsets.UTF_8));
  }

  private static String in(String resource) {
    return resource.replaceFirst("[ />]", " xmlns='http://hl7.org/fhir'$0");
  }

  @Test
  void hasNothingAgainstAnyExample() throws IOException {
    for (Path file : ProfileExamplesTest.examples().toList()) {
      String xml =
          ProfileExamplesTest.R4
              .newXmlParser()
              .encodeResourceToString(
                  ProfileExamplesTest.R4.newJsonParser().parseResource(Files.readString(file)));
      assertThat(slips(xml)).as(file.toString()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "<Patient><birthDate>1958-03-14</birthDate></Patient> | SHAPE Patient.birthDate",
        "<Patient>李<active value='true'/></Patient> | SHAPE Patient",
        "<Patient><name><text value='a'/></name><name><text><![CDATA[b]]></text></name></Patient>"
            + " | SHAPE Patient.name[1].text",
        "<Observation><valueQuantity><value>6.1</value></valueQuantity></Observation>"
            + " | SHAPE Observation.value.ofType(Quantity).value",
        "<Patient><telecom/></Patient> | EMPTY Patient.telecom[0]",
        "<Patient><contained/></Patient> | EMPTY Patient.contained[0]",
        "<Patient><gender value='\u3000'/></Patient> | EMPTY Patient.gender",
        "<Patient><name><given value='a'/><given value=''/></name></Patient>"
            + " | EMPTY Patient.name[0].given[1]",
        "<Patient><extension url=' '><valueString value='a'/></extension></Patient>"
            + " | EMPTY Patient.extension[0].url",
        "<Patient><birthDate value='1958'/><gender value='male'/></Patient>"
            + " | ORDER Patient.gender",
        "<Patient><active value='true'/><id value='1'/></Patient> | ORDER Patient.id",
        "<Patient><name><text value='a'/><extension url='urn:x'><valueCode value='a'/>"
            + "</extension></name></Patient> | ORDER Patient.name[0].extension[0]",
        "<Patient><contained><Organization><name>a</name></Organization></contained></Patient>"
            + " | SHAPE Patient.contained[0].name",
        "<Bundle><type value='batch'/><entry><resource><Patient><active>true</active></Patient>"
            + "</resource></entry></Bundle> | SHAPE Bundle.entry[0].resource.active",
      })
  void namesTheOnePlace(String xml, String slip) {
    assertThat(slips(in(xml)))
        .extracting(found -> found.kind() + " " + found.place())
        .containsExactly(slip);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "<Patient/>",
        "<Patient><!-- a --> <active id='a'/></Patient>",
        "<Patient><text><status value='empty'/><div xmlns='http://www.w3.org/1999/xhtml'>a<b/>"
            + "<p>c</p></div></text><nothing value='a'/></Patient>",
        "<Patient><active",
      })
  void passesWhatIsNotItsBusiness(String xml) {
    assertThat(slips(in(xml))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "<birthDate>1958-03-14</birthDate> | Patient.birthDate | value 属性 | attribute value",
        "<telecom/> | Patient.telecom[0] | 没有内容 | is empty",
        "<telecom><value value=' '/></telecom> | Patient.telecom[0].value | 没有内容 | is empty",
        "<birthDate value='1958'/><gender value='male'/> | Patient.gender | 次序 | order",
      })
  void isToldOfAWriteAsOfAValidation(String content, String place, String zh, String en) {
    String patient = "<Patient>" + content + "</Patient>";
    String bundle =
        "<Bundle><type value='transaction'/><entry><resource>"
            + patient
            + "</resource><request><method value='POST'/><url value='Patient'/></request>"
            + "</entry></Bundle>";
    assertThat(EXAMINATION.strictly(in(patient), EncodingEnum.XML)).isNull();
    for (String text : new String[] {patient, bundle}) {
      String at =
          text.equals(bundle) ? place.replaceFirst("Patient", "Bundle.entry[0].resource") : place;
      List<Problem.Issue> issues = EXAMINATION.of(in(text), EncodingEnum.XML, "");
      for (Language language : Language.values()) {
        assertThat(Outcomes.render(new Problem(issues), language).getIssue())
            .filteredOn(issue -> issue.getSeverity().toCode().equals("error"))
            .filteredOn(issue -> issue.getExpression().get(0).getValue().equals(at))
            .as(issues.toString())
            .singleElement()
            .extracting(XmlGrammarTest::words)
            .asString()
            .contains(language == Language.ZH ? zh : en);
      }
    }
  }

  private static String words(OperationOutcomeIssueComponent issue) {
    return issue.getDetails().getText();
  }
}
