package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeDeclaredChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.model.api.annotation.Child;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.persistence.EntityManager;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.ElementDefinition;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Reference;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.profiles.Declared;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationUtils;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Every element of type Reference, of every stored type, is a link: an unknown target is refused,
 * and a Patient's {@code $everything}, which follows links, finds it.
 *
 * <p>The resources hold nothing else, so the profiles would refuse them: they are handed to the
 * engine's storage below the stages, in transactions that are rolled back.
 *
 * <p>Not links, and so neither refused nor found: a reference inside another's {@code
 * identifier.assigner}, in an extension below the root's, in a modifierExtension, or in what is
 * contained.
 */
class ReferenceIT {
  private static final FhirContext R4 = Running.bean(FhirContext.class);
  private static final DaoRegistry STORAGE = Running.bean(DaoRegistry.class);
  private static final JdbcTemplate JDBC = Running.bean(JdbcTemplate.class);
  private static final TransactionTemplate TRANSACTION =
      new TransactionTemplate(Running.bean(PlatformTransactionManager.class));

  /** HAPI's model lets an open type be these; FHIR R4 does not, and the validator refuses them. */
  private static final Set<Class<?>> NO_VALUES = Set.of(ElementDefinition.class, Extension.class);

  private record Step(BaseRuntimeChildDefinition child, BaseRuntimeElementDefinition<?> type) {}

  /**
   * An element of type Reference.
   *
   * @param steps the way to it, from the resource; empty for an extension of the root
   */
  private record Place(String path, List<Step> steps, Set<String> targets) {
    boolean allows(String type) {
      return targets.isEmpty() || targets.contains(type);
    }
  }

  static Stream<String> types() {
    Declared declared = Declared.fromClassPath();
    return declared.types().stream()
        .filter(
            name -> {
              Declared.Type type = declared.type(name);
              return type != null && type.interactions().contains("create");
            });
  }

  @ParameterizedTest
  @MethodSource("types")
  void refusesAnUnknownTargetInEveryElement(String type) {
    List<String> wrong = new ArrayList<>();
    for (Place place : places(type)) {
      String target =
          Declared.fromClassPath().types().stream()
              .filter(place::allows)
              .findFirst()
              .orElseGet(() -> place.targets().iterator().next());
      IBaseResource resource = build(type, place, target + "/" + Running.unique());
      ProblemCode refused =
          TRANSACTION.execute(
              status -> {
                status.setRollbackOnly();
                return refusal(type, resource);
              });
      if (refused != ProblemCode.REFERENCE_UNKNOWN) {
        wrong.add(place.path() + " -> " + target + ": " + refused);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("types")
  void linksAPatientInEveryElementThatMayNameOne(String type) {
    String patient = Patient.ID;
    List<String> wrong = new ArrayList<>();
    TRANSACTION.executeWithoutResult(
        status -> {
          status.setRollbackOnly();
          Map<String, String> created = new LinkedHashMap<>();
          for (Place place : places(type)) {
            if (place.allows("Patient")) {
              created.put(place.path(), create(type, build(type, place, "Patient/" + patient)));
            }
          }
          TransactionSynchronizationUtils.triggerBeforeCommit(false); // which will not come
          created.forEach(
              (path, id) -> {
                if (links(id, patient) == 0) {
                  wrong.add(path);
                }
              });
        });
    assertThat(wrong).isEmpty();
  }

  @Test
  void everythingFindsWhatOnlyALinkThatNoParameterReachesLeadsTo() {
    String patient = Cast.patient();
    ObjectNode referral = Cast.observation(Cast.patient());
    referral
        .putArray("note")
        .addObject()
        .put("text", "转告")
        .putObject("authorReference")
        .put("reference", "Patient/" + patient);
    String id = Told.id(Running.post("/Observation", referral.toString()));
    HttpResponse<String> everything = Running.get("/Patient/" + patient + "/$everything");
    List<String> ids = new ArrayList<>();
    for (JsonNode entry : Told.json(everything).path("entry")) {
      ids.add(entry.at("/resource/id").asText());
    }
    assertThat(ids).contains(id);
    assertThat(Told.code(Running.delete("/Patient/" + patient))).isEqualTo("referenced-still");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Group/1",
        "Patient/nobody",
        "Nope/1",
        "urn:uuid:6c2f3d5e-0000-4000-8000-00000000beef",
        "Patient",
        "#nothing"
      })
  void refusesAReferenceThatLeadsNowhere(String reference) {
    ObjectNode observation = Cast.observation("x");
    observation.putObject("subject").put("reference", reference);
    HttpResponse<String> answer = Running.post("/Observation", observation.toString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 422);
    assertThat(Told.code(answer))
        .isIn(
            "reference-unknown",
            "profile-violated",
            "request-invalid",
            "unprocessable",
            "reference-unresolvable",
            "body-malformed");
  }

  @ParameterizedTest
  @CsvSource({
    "zh, 另一台服务器, 类型/编号",
    "en, another server, [type]/[id]",
  })
  void tellsWhereAReferenceLeadsToAnotherServer(String language, String what, String mend) {
    String foreign = "http://other.example/fhir/Patient/1";
    ObjectNode own = Cast.observation(Cast.patient());
    String id = Told.id(Running.post("/Observation", own.toString()));
    ObjectNode observation = own.deepCopy();
    observation.putObject("subject").put("reference", foreign);
    ObjectNode part = observation.putArray("contained").addObject();
    part.put("resourceType", "Observation").put("id", "a").put("status", "final");
    part.putObject("code").put("text", "血压");
    part.putObject("subject").put("reference", "https://other.example/fhir/Patient/2");
    observation.putArray("derivedFrom").addObject().put("reference", "#a");
    List<String> places = List.of("Observation.contained[0].subject", "Observation.subject");

    List<HttpRequest.Builder> requests =
        List.of(
            Running.json("/Observation", "POST", observation.toString()),
            Running.json(
                "/Observation/" + id, "PUT", observation.deepCopy().put("id", id).toString()),
            Running.json("/", "POST", bundle("transaction", observation)),
            Running.json("/", "POST", bundle("batch", observation)));
    for (HttpRequest.Builder request : requests) {
      JsonNode answer = Told.json(Running.send(request.header("Accept-Language", language)));
      JsonNode outcome =
          answer.path("resourceType").asText().equals("Bundle")
              ? answer.at("/entry/1/response/outcome")
              : answer;
      List<String> told = new ArrayList<>();
      for (JsonNode issue : outcome.path("issue")) {
        assertThat(issue.at("/details/coding/0/code").asText()).isEqualTo("reference-foreign");
        assertThat(issue.at("/details/text").asText()).contains(what, "://other.example/fhir/");
        assertThat(issue.path("diagnostics").asText()).contains(mend);
        told.add(
            issue.at("/expression/0").asText().replace("Bundle.entry[1].resource", "Observation"));
      }
      assertThat(told).as(answer.toString()).containsExactlyInAnyOrderElementsOf(places);
    }
    HttpResponse<String> refused = Running.post("/", bundle("transaction", observation));
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(Told.json(Running.get("/Observation/" + id)).at("/meta/versionId").asText())
        .isEqualTo("1");
  }

  @Test
  void refusesAPatchThatRefersToAnotherServer() {
    String id = Told.id(Running.post("/Observation", Cast.observation(Cast.patient()).toString()));
    HttpResponse<String> answer =
        Running.send(
            Running.request("/Observation/" + id)
                .header("Content-Type", "application/json-patch+json")
                .method(
                    "PATCH",
                    HttpRequest.BodyPublishers.ofString(
                        """
                        [{"op":"replace","path":"/subject/reference",
                        "value":"http://other.example/fhir/Patient/1"}]""")));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(Told.code(answer)).isEqualTo("reference-foreign");
    assertThat(Told.json(answer).at("/issue/0/expression/0").asText())
        .isEqualTo("Observation.subject");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:alert(1)",
        "mailto:a@b.example",
        "urn:oid:1.2.3",
        "urn:uuid:6c2f3d5e-0000-4000-8000-00000000beef"
      })
  void tellsWhereAReferenceCannotBeResolved(String reference) {
    ObjectNode observation = Cast.observation(Cast.patient());
    observation.putArray("performer").addObject().put("reference", reference);
    for (HttpRequest.Builder request :
        List.of(
            Running.json("/Observation", "POST", observation.toString()),
            Running.json("/Observation/$validate", "POST", observation.toString()),
            Running.json("/", "POST", bundle("transaction", observation)),
            Running.json("/", "POST", bundle("batch", observation)),
            Running.json("/Bundle/$validate", "POST", bundle("transaction", observation)))) {
      JsonNode answer = Told.json(Running.send(request));
      JsonNode outcome =
          answer.path("resourceType").asText().equals("Bundle")
              ? answer.at("/entry/1/response/outcome")
              : answer;
      assertThat(outcome.path("issue"))
          .as(answer.toString())
          .filteredOn(issue -> issue.path("severity").asText().equals("error"))
          .hasSize(1);
      assertThat(outcome.at("/issue/0/details/coding/0/code").asText())
          .isEqualTo("reference-unresolvable");
      assertThat(outcome.at("/issue/0/details/text").asText())
          .contains(Problem.printable(reference));
      assertThat(
              outcome
                  .at("/issue/0/expression/0")
                  .asText()
                  .replace("Bundle.entry[1].resource", "Observation"))
          .isEqualTo("Observation.performer[0]");
    }
  }

  @Test
  void tellsWhereReferencesNameVersions() {
    String patient = Cast.patient();
    ObjectNode observation = Cast.observation(patient + "/_history/1");
    observation
        .putArray("performer")
        .addObject()
        .put("reference", "Organization/" + Cast.hospital() + "/_history/1");
    for (String path : List.of("/Observation", "/Observation/$validate")) {
      List<String> places = new ArrayList<>();
      for (JsonNode issue : Told.json(Running.post(path, observation.toString())).path("issue")) {
        if (issue.path("severity").asText().equals("error")) {
          assertThat(issue.at("/details/coding/0/code").asText()).isEqualTo("reference-versioned");
          places.add(issue.at("/expression/0").asText());
        }
      }
      assertThat(places)
          .containsExactlyInAnyOrder("Observation.subject", "Observation.performer[0]");
    }
  }

  /** A patient, and after it a resource. */
  private static String bundle(String type, ObjectNode resource) {
    return """
        {"resourceType":"Bundle","type":"%s","entry":[
        {"resource":%s,"request":{"method":"POST","url":"Patient"}},
        {"resource":%s,"request":{"method":"POST","url":"Observation"}}]}"""
        .formatted(type, Cast.patient(Cast.card()), resource);
  }

  /** Clients copy what they find in {@code fullUrl} and {@code Location}. */
  @Test
  void takesAWholeUrlOfItsOwnForTheReferenceThatItIs() {
    String patient = Cast.patient();
    String whole = Running.base() + "/Patient/" + patient;
    ObjectNode observation = Cast.observation("x");
    observation.putObject("subject").put("reference", whole);
    String id = Told.id(Running.post("/Observation", observation.toString()));
    assertThat(Told.json(Running.get("/Observation/" + id)).at("/subject/reference").asText())
        .isEqualTo("Patient/" + patient);
    assertThat(Told.json(Running.get("/Observation?subject=" + whole)).at("/entry/0/resource/id"))
        .isEqualTo(Told.json("\"" + id + "\""));
  }

  @Test
  void refusesATypeThatTheElementDoesNotAllow() {
    ObjectNode observation = Cast.observation(Cast.patient());
    observation.putObject("encounter").put("reference", "Patient/nobody");
    HttpResponse<String> answer = Running.post("/Observation", observation.toString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
  }

  @Test
  void namesTheElementWhoseTargetIsUnknown() {
    HttpResponse<String> answer =
        Running.post("/Observation", Cast.observation("nobody").toString());
    assertThat(Told.code(answer)).isEqualTo("reference-unknown");
    assertThat(Told.json(answer).at("/issue/0/expression/0").asText())
        .startsWith("Observation.subject");
    assertThat(Told.json(answer).at("/issue/0/details/text").asText()).contains("Patient/nobody");
  }

  /** Stored through the front door once, so that it has its narrow row. */
  private static final class Patient {
    static final String ID = Cast.patient();
  }

  private static @Nullable ProblemCode refusal(String type, IBaseResource resource) {
    try {
      create(type, resource);
      return null;
    } catch (RuntimeException refused) {
      return EngineProblems.of(refused, true).code();
    }
  }

  @SuppressWarnings("unchecked")
  private static String create(String type, IBaseResource resource) {
    IFhirResourceDao<IBaseResource> storage =
        (IFhirResourceDao<IBaseResource>) STORAGE.getResourceDao(type);
    String id =
        String.valueOf(storage.create(resource, new SystemRequestDetails()).getId().getIdPart());
    Running.bean(EntityManager.class).flush();
    return id;
  }

  private static int links(String from, String patient) {
    Integer links =
        JDBC.queryForObject(
            """
            select count(*) from hfj_res_link l
            join hfj_resource s on s.res_id = l.src_resource_id
            join hfj_resource t on t.res_id = l.target_resource_id
            where s.fhir_id = ? and t.fhir_id = ?
            """,
            Integer.class,
            from,
            patient);
    return links == null ? 0 : links;
  }

  private static IBaseResource build(String type, Place place, String reference) {
    IBaseResource resource = R4.getResourceDefinition(type).newInstance();
    if (place.steps().isEmpty()) {
      Extension extension = new Extension("urn:example:a", new Reference(reference));
      if (place.path().contains("extension.extension")) {
        Extension outer = new Extension("urn:example:b");
        outer.addExtension(extension);
        extension = outer;
      }
      ((DomainResource) resource).addExtension(extension);
      return resource;
    }
    IBase at = resource;
    for (Step step : place.steps()) {
      IBase next = step.type().newInstance(step.child().getInstanceConstructorArguments());
      step.child().getMutator().addValue(at, next);
      at = next;
    }
    ((Reference) at).setReference(reference);
    return resource;
  }

  private static List<Place> places(String type) {
    List<Place> places = new ArrayList<>();
    collect(R4.getResourceDefinition(type), type, List.of(), places, new HashSet<>());
    places.add(new Place(type + ".extension.valueReference", List.of(), Set.of()));
    places.add(new Place(type + ".extension.extension.valueReference", List.of(), Set.of()));
    return places;
  }

  /** Follows an element that holds itself one level down. */
  private static void collect(
      BaseRuntimeElementCompositeDefinition<?> from,
      String path,
      List<Step> steps,
      List<Place> places,
      Set<String> seen) {
    for (BaseRuntimeChildDefinition child : from.getChildren()) {
      String name = child.getElementName();
      if (name.contains("xtension") || name.equals("contained")) {
        continue;
      }
      for (String valid : new TreeSet<>(child.getValidChildNames())) {
        BaseRuntimeElementDefinition<?> type = child.getChildByName(valid);
        if (type == null) {
          continue;
        }
        List<Step> further = new ArrayList<>(steps);
        further.add(new Step(child, type));
        if (type.getImplementingClass() == Reference.class) {
          if (seen.add(path + "." + name)) {
            places.add(new Place(path + "." + valid, further, targets(child)));
          }
        } else if (type instanceof BaseRuntimeElementCompositeDefinition<?> composite
            && !NO_VALUES.contains(type.getImplementingClass())
            && steps.stream().filter(step -> step.type().equals(type)).count() < 2) {
          collect(composite, path + "." + valid, further, places, seen);
        }
      }
    }
  }

  private static Set<String> targets(BaseRuntimeChildDefinition child) {
    Set<String> targets = new TreeSet<>();
    if (child instanceof BaseRuntimeDeclaredChildDefinition declared) {
      Child annotation = declared.getField().getAnnotation(Child.class);
      for (Class<?> target : annotation == null ? new Class<?>[0] : annotation.type()) {
        if (DomainResource.class.isAssignableFrom(target)) {
          targets.add(target.getSimpleName());
        }
      }
    }
    return targets;
  }
}
