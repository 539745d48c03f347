package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written as FHIR writes JSON passes, whatever its order; what is not is named. */
class JsonGrammarTest {
  private static final JsonGrammar GRAMMAR = new JsonGrammar(ProfileExamplesTest.R4);

  @Test
  void hasNothingAgainstAnyExample() throws IOException {
    List<Path> files = new ArrayList<>(ProfileExamplesTest.examples().toList());
    for (String folder : List.of("profiles", "extensions", "operations", "terminology", "search")) {
      files.addAll(ProfileExamplesTest.files(folder).toList());
    }
    for (Path file : files) {
      assertThat(GRAMMAR.slips(Files.readAllBytes(file))).as(file.toString()).isEmpty();
    }
    Mutations.array(Files.readString(Path.of("src/test/resources/clearance/resources.json")))
        .forEach(resource -> assertThat(GRAMMAR.slips(resource.toString())).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'resourceType':'Patient'}",
        "{'active':true,'resourceType':'Patient'}",
        "{'contained':[{'active':true,'id':'o','resourceType':'Organization'}],"
            + "'resourceType':'Patient'}",
        "{'resourceType':'Patient','name':[{'given':['a',null],"
            + "'_given':[null,{'extension':[{'url':'http://example.org/x','valueCode':'y'}]}]}]}",
        "{'resourceType':'Patient','name':[{'given':['a','b'],'_given':[{'id':'1'}]}]}",
        "{'resourceType':'Patient','_birthDate':{'id':'1'}}",
        "{'resourceType':'Patient','modifierExtension':[{'url':'http://example.org/x','valueCode':'y'}]}",
        "{'resourceType':'Patient','contact':[{'modifierExtension':[{'url':'urn:x','valueCode':'y'}]}]}",
        "{'resourceType':'Patient','deceasedBoolean':true,'_deceasedBoolean':{'id':'1'}}",
        "{'resourceType':'Observation','valueQuantity':{'value':6.1},'component':[{'valueInteger':1}]}",
        "{'resourceType':'Bundle','type':'batch','entry':[{'resource':{'id':'1',"
            + "'resourceType':'Binary','contentType':'a/b'}}]}",
        "{'resourceType':'Parameters','parameter':[{'name':'a','part':[{'name':'b',"
            + "'resource':{'resourceType':'Basic'}}]}]}",
        "{'resourceType':'Questionnaire','item':[{'linkId':'1','item':[{'linkId':'2',"
            + "'required':true}]}]}",
        "{'resourceType':'Nothing','a':[{}]}",
        "{'resourceType':'Patient','photo':[{'data':' '}]}",
        "{'resourceType':'Patient','name':[{'text':' 李 '}]}",
        "{'resourceType':5,'a':[{}]}",
        "{'resourceType':'Patient','active':"
      })
  void passesWhatIsNotItsBusiness(String text) {
    assertThat(GRAMMAR.slips(text.replace('\'', '"'))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'active':'true','resourceType':'Patient'} | Patient.active",
        "{'resourceType':'Patient','':1} | Patient.?",
        "{'resourceType':'Patient','_':{}} | Patient._",
        "{'resourceType':'Patient','name':['x']} | Patient.name[0]",
        "{'resourceType':'Patient','name':[{'_given':[{'id':'1'}]}]} | Patient.name[0].given",
        "{'resourceType':'Patient','name':[{'given':[null],'_given':[null]}]}"
            + " | Patient.name[0].given[0]",
        "{'resourceType':'Patient','name':[{'given':['a'],'_given':[null,{'id':'1'}]}]}"
            + " | Patient.name[0].given",
        "{'resourceType':'Patient','_name':[{'id':'1'}]} | Patient._name",
        "{'resourceType':'Patient','_active':{'x':1}} | Patient._active.x",
        "{'resourceType':'Patient','_active':{'extension':[]}} | Patient._active.extension",
        "{'resourceType':'Patient','deceasedBoolean':true,'_deceasedDateTime':{'id':'1'}}"
            + " | Patient.deceasedDateTime",
        "{'resourceType':'Observation','component':[{'valueQuantity':{'value':'6.1'}}]}"
            + " | Observation.component[0].value.ofType(Quantity).value",
        "{'resourceType':'Questionnaire','item':[{'item':[{'required':'true'}]}]}"
            + " | Questionnaire.item[0].item[0].required",
        "{'resourceType':'Bundle','entry':[{'resource':{'active':1,'resourceType':'Patient'}}]}"
            + " | Bundle.entry[0].resource.active",
        "{'resourceType':'Bundle','entry':[{'resource':'x'}]} | Bundle.entry[0].resource",
        "{'resourceType':'Patient','language':' '} | Patient.language",
        "{'resourceType':'Patient','name':[{'given':['a','\u3000']}]} | Patient.name[0].given[1]",
        "{'language':'\u00a0','resourceType':'Patient'} | Patient.language",
        "{'resourceType':'Patient','identifier':[{'system':'\\t\\n'}]}"
            + " | Patient.identifier[0].system",
        "{'resourceType':'Patient','birthDate':''} | Patient.birthDate",
        "{'resourceType':'Patient','_birthDate':{'id':' '}} | Patient._birthDate.id",
      })
  void namesTheOnePlace(String text, String place) {
    byte[] json = text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    assertThat(GRAMMAR.slips(json).stream().map(JsonGrammar.Slip::place)).containsExactly(place);
  }
}
