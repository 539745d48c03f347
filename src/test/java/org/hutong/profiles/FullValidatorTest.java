package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.LenientErrorHandler;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.SingleValidationMessage;
import ca.uhn.fhir.validation.ValidationOptions;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.common.hapi.validation.validator.WorkerContextValidationSupportAdapter;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An engine that is kept says word for word what HAPI's says, which is new for each resource. */
class FullValidatorTest {
  /** What the suite can bear; more, or others, with -Dfull.mutants and -Dfull.seed. */
  private static final int MUTANTS = Integer.getInteger("full.mutants", 1_000);

  private static final long SEED = Long.getLong("full.seed", 20261122);

  private static final FhirValidator OURS =
      ProfileExamplesTest.R4
          .newValidator()
          .registerValidatorModule(
              new FullValidator(
                  ProfileExamplesTest.CHAIN, new CanonicalDefinitions(ProfileExamplesTest.CHAIN)));

  private static final FhirValidator HAPI =
      ProfileExamplesTest.R4.newValidator().registerValidatorModule(hapi());

  @Test
  void saysTheSameOfEveryExampleAndCounterExample() {
    List<String> texts = new ArrayList<>();
    ProfileExamplesTest.examples().forEach(file -> texts.add(read(file)));
    ProfileExamplesTest.invalid().forEach(file -> texts.add(read(file)));
    assertThat(texts).hasSizeGreaterThan(200).allSatisfy(FullValidatorTest::isJudgedAlike);
  }

  @Test
  void saysTheSameOfMutants() {
    List<ObjectNode> originals = new ArrayList<>();
    ProfileExamplesTest.examples().forEach(file -> originals.add(Mutations.json(read(file))));
    Mutations.array(read(Path.of("src/test/resources/clearance/resources.json")))
        .forEach(resource -> originals.add((ObjectNode) resource));
    ProfileExamplesTest.invalid().forEach(file -> originals.add(Mutations.json(read(file))));
    Mutations mutations = new Mutations(SEED, originals, ClearanceTest.extensions());
    for (int made = 0; made < MUTANTS; made++) {
      isJudgedAlike(mutations.mutant(originals.get(made % originals.size())).toString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'resourceType':'Patient','meta':{'profile':['http://example.com/unknown']}}",
        "{'resourceType':'Patient','meta':{'profile':['http://example.com/a|b|c']}}",
        "{'resourceType':'Patient','meta':{'profile':["
            + "'http://hl7.org/fhir/StructureDefinition/Patient',"
            + "'http://hl7.org/fhir/StructureDefinition/Patient']}}",
        "{'resourceType':'Patient','meta':{'profile':["
            + "'http://hl7.org/fhir/StructureDefinition/Observation']}}",
        "{'resourceType':'Patient','meta':{'profile':["
            + "'http://hl7.org/fhir/StructureDefinition/Request']}}",
        "{'resourceType':'Patient','contained':[{'resourceType':'Patient','gender':'x'}]}",
        "{'resourceType':'Patient','active':'yes','Gender':'male','gender':'male','gender':'x'}",
        "{'resourceType':'Bundle','type':'collection','entry':[{'resource':"
            + "{'resourceType':'Patient','gender':'x'}}]}",
        "{'resourceType':'StructureDefinition','url':"
            + "'https://hutong.org/fhir/StructureDefinition/hutong-patient','name':'x'}",
        "{'resourceType':'Patient','extension':[{'url':'http://example.com/x','extension':[{}]}]}",
        "{'resourceType':'Patient','extension':[{'url':'http://example.com/x'}]}",
        "{'resourceType':'Patient','extension':[{'url':'http://example.com/x','valueString':'',"
            + "'extension':[{'url':'y','valueCode':'z'}]}]}",
        "{'resourceType':'Patient','gender':'','name':[{}],'contact':[{'id':'1'}],"
            + "'address':[{'_city':{'id':'2'}}]}",
        "{'resourceType':'Patient'}",
        "{'resourceType':'Patient','meta':{},'contact':[{}]}",
        "{'resourceType':'Patient','contained':[]}",
        "{'resourceType':'Nothing'}",
        "{'resourceType':'Patient','text':{'status':'generated','div':'<p>1</p>'}}",
      })
  void saysTheSameOfRarities(String text) {
    // Twice, for the second meets what the first left.
    isJudgedAlike(text.replace('\'', '"'));
    isJudgedAlike(text.replace('\'', '"'));
  }

  @Test
  void saysTheSameOfXml() {
    Resource patient = parse(read(Path.of("fhir-profiles/examples/story/Patient-li-xiulan.json")));
    String xml = ProfileExamplesTest.R4.newXmlParser().encodeResourceToString(patient);
    isJudgedAlike(xml);
    isJudgedAlike(xml.replace("female", "lady"));
  }

  /** A ratio of processor times, in turns, for other work on the machine slows both. */
  @Test
  void takesLessTimeThanHapis() {
    String text = read(Path.of("fhir-profiles/examples/story/Patient-li-xiulan.json"));
    ValidationOptions options = options(text);
    long[] ours = new long[200];
    long[] hapis = new long[200];
    for (int i = 0; i < 2 * ours.length; i++) {
      hapis[i % hapis.length] = time(HAPI, text, options);
      ours[i % ours.length] = time(OURS, text, options);
    }
    Arrays.sort(ours);
    Arrays.sort(hapis);
    assertThat(ours[100]).isLessThan(hapis[100] * 9 / 10);
  }

  private static long time(FhirValidator validator, String text, ValidationOptions options) {
    ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    long start = clock.getCurrentThreadCpuTime();
    validator.validateWithResult(text, options);
    return clock.getCurrentThreadCpuTime() - start;
  }

  private static void isJudgedAlike(String text) {
    assertThat(messages(OURS, text)).as(text).isEqualTo(messages(HAPI, text));
  }

  private static List<String> messages(FhirValidator validator, String text) {
    return validator.validateWithResult(text, options(text)).getMessages().stream()
        .map(FullValidatorTest::whole)
        .toList();
  }

  private static ValidationOptions options(String text) {
    ValidationOptions options = new ValidationOptions();
    try {
      ProfileExamplesTest.PACKAGE.choice().of(parse(text)).forEach(options::addProfile);
    } catch (RuntimeException unreadable) {
      // by no profile, then
    }
    return options;
  }

  private static String whole(SingleValidationMessage message) {
    return "%s %s %s:%s %s %s %s"
        .formatted(
            message.getSeverity(),
            message.getLocationString(),
            message.getLocationLine(),
            message.getLocationCol(),
            message.getMessageId(),
            message.getMessage(),
            message.getSliceMessages());
  }

  /** HAPI's own, with the same settings. */
  private static FhirInstanceValidator hapi() {
    FhirInstanceValidator hapi = new FhirInstanceValidator(ProfileExamplesTest.CHAIN);
    hapi.setWrappedWorkerContext(
        ProfileExamplesTest.CHAIN,
        WorkerContextValidationSupportAdapter.newVersionSpecificWorkerContextWrapper(
            ProfileExamplesTest.CHAIN));
    hapi.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
    hapi.setAnyExtensionsAllowed(true);
    hapi.setErrorForUnknownProfiles(false);
    hapi.setNoExtensibleWarnings(false);
    return hapi;
  }

  private static Resource parse(String text) {
    IParser parser =
        text.startsWith("<")
            ? ProfileExamplesTest.R4.newXmlParser()
            : ProfileExamplesTest.R4.newJsonParser();
    parser.setParserErrorHandler(new LenientErrorHandler().setErrorOnInvalidValue(false));
    return (Resource) parser.parseResource(text);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
