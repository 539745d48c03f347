package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hutong.Running.get;
import static org.hutong.Running.json;
import static org.hutong.Running.post;
import static org.hutong.Running.request;
import static org.hutong.Running.send;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.IdentityNumber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One person, one number, every spelling, every place: one patient. */
class NormalIT {
  private static final String FHIR_PATH_PATCH =
      """
      {"resourceType":"Parameters","parameter":[{"name":"operation","part":[
      {"name":"type","valueCode":"replace"},{"name":"path","valueString":"Patient.gender"},
      {"name":"value","valueCode":"female"}]}]}""";

  private static final String FHIR_JSON = "application/fhir+json";
  private static final AtomicInteger NUMBER = new AtomicInteger((int) (System.nanoTime() % 7_000));

  /** An identifier as somebody writes it. */
  private record Spelling(String system, String value) {
    String token() {
      return system + "|" + value;
    }

    String query() {
      return "identifier=" + encoded(token());
    }
  }

  /** A place in which an identifier is written to meet a patient. */
  private enum Place {
    QUERY {
      @Override
      String meets(Spelling spelling) {
        return onlyEntry(get("/Patient?" + spelling.query()));
      }
    },
    QUERY_WITHOUT_SYSTEM {
      @Override
      String meets(Spelling spelling) {
        return onlyEntry(get("/Patient?identifier=" + encoded(spelling.value())));
      }
    },
    FORM {
      @Override
      String meets(Spelling spelling) {
        return onlyEntry(form("/Patient/_search", spelling.query()));
      }
    },
    ALTERNATIVE {
      @Override
      String meets(Spelling spelling) {
        return onlyEntry(get("/Patient?identifier=a," + encoded(spelling.token())));
      }
    },
    IF_NONE_EXIST {
      @Override
      String meets(Spelling spelling) {
        return Told.id(
            send(
                json("/Patient", "POST", patient(spelling))
                    .header("If-None-Exist", spelling.query())));
      }
    },
    IF_NONE_EXIST_WITH_TYPE {
      @Override
      String meets(Spelling spelling) {
        return Told.id(
            send(
                json("/Patient", "POST", patient(spelling))
                    .header("If-None-Exist", "Patient?" + spelling.query())));
      }
    },
    CONDITIONAL_UPDATE {
      @Override
      String meets(Spelling spelling) {
        return Told.id(send(json("/Patient?" + spelling.query(), "PUT", patient(spelling))));
      }
    },
    CONDITIONAL_PATCH {
      @Override
      String meets(Spelling spelling) {
        return Told.id(
            send(
                request("/Patient?" + spelling.query())
                    .header("Content-Type", "application/json-patch+json")
                    .method("PATCH", BodyPublishers.ofString(moreIdentifiers(spelling)))));
      }
    },
    CONDITIONAL_REFERENCE {
      @Override
      String meets(Spelling spelling) {
        return referredTo(
            post("/Observation", observation("Patient?identifier=" + spelling.token())));
      }
    },
    CONDITIONAL_REFERENCE_ENCODED {
      @Override
      String meets(Spelling spelling) {
        return referredTo(post("/Observation", observation("Patient?" + spelling.query())));
      }
    },
    TRANSACTION_REFERENCE {
      @Override
      String meets(Spelling spelling) {
        return referredTo(
            entry(
                "transaction",
                "POST",
                "Observation",
                "",
                observation("Patient?identifier=" + spelling.token())));
      }
    },
    TRANSACTION_IF_NONE_EXIST {
      @Override
      String meets(Spelling spelling) {
        return located(
            entry(
                "transaction",
                "POST",
                "Patient",
                "identifier=" + spelling.token(),
                patient(spelling)));
      }
    },
    TRANSACTION_UPDATE {
      @Override
      String meets(Spelling spelling) {
        return located(
            entry("transaction", "PUT", "Patient?" + spelling.query(), "", patient(spelling)));
      }
    },
    TRANSACTION_PATCH {
      @Override
      String meets(Spelling spelling) {
        return located(
            entry("transaction", "PATCH", "Patient?" + spelling.query(), "", FHIR_PATH_PATCH));
      }
    },
    TRANSACTION_JSON_PATCH {
      @Override
      String meets(Spelling spelling) {
        return located(jsonPatch("transaction", spelling));
      }
    },
    BATCH_PATCH {
      @Override
      String meets(Spelling spelling) {
        return located(entry("batch", "PATCH", "Patient?" + spelling.query(), "", FHIR_PATH_PATCH));
      }
    },
    BATCH_JSON_PATCH {
      @Override
      String meets(Spelling spelling) {
        return located(jsonPatch("batch", spelling));
      }
    },
    TRANSACTION_QUERY {
      @Override
      String meets(Spelling spelling) {
        return onlyEntry(
            Told.json(post("/", Told.bundle("transaction", "GET", "Patient?" + spelling.query())))
                .at("/entry/0/resource"));
      }
    },
    BATCH_IF_NONE_EXIST {
      @Override
      String meets(Spelling spelling) {
        return located(
            entry("batch", "POST", "Patient", "Patient?" + spelling.query(), patient(spelling)));
      }
    },
    BATCH_REFERENCE {
      @Override
      String meets(Spelling spelling) {
        return referredTo(
            entry(
                "batch",
                "POST",
                "Observation",
                "",
                observation("Patient?identifier=" + spelling.token())));
      }
    },
    BATCH_UPDATE {
      @Override
      String meets(Spelling spelling) {
        return located(entry("batch", "PUT", "Patient?" + spelling.query(), "", patient(spelling)));
      }
    },
    BATCH_QUERY {
      @Override
      String meets(Spelling spelling) {
        return onlyEntry(
            Told.json(post("/", Told.bundle("batch", "GET", "Patient?" + spelling.query())))
                .at("/entry/0/resource"));
      }
    };

    /** The id of the patient that is met. */
    abstract String meets(Spelling spelling);
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void meetsOnePatientByEverySpellingOfTheIdentityCard(Place place) {
    Spelling normal = identityCard();
    String id = Told.id(post("/Patient", patient(normal)));
    for (Spelling spelling : spellings(normal)) {
      assertThat(place.meets(spelling)).as(place + " " + spelling).isEqualTo(id);
    }
    assertThat(total(normal)).isEqualTo(1);
    JsonNode kept = Told.json(get("/Patient/" + id));
    assertThat(kept.path("identifier")).hasSize(1);
    assertThat(token(kept.at("/identifier/0"))).isEqualTo(normal.token());
  }

  @ParameterizedTest
  @EnumSource(value = Place.class, names = "QUERY_WITHOUT_SYSTEM", mode = EnumSource.Mode.EXCLUDE)
  void meetsOnePatientByTheTextOfTheCardsQrCode(Place place) {
    String number = Running.unique().replace("-", "");
    Spelling normal = new Spelling(Canonical.EHEALTH_CARD, number);
    String id = Told.id(post("/Patient", patient(normal)));
    for (String text : List.of(number, number + ":1", number + "：1：20261122093000")) {
      Spelling spelling = new Spelling(Canonical.EHEALTH_CARD, text);
      assertThat(place.meets(spelling)).as(place + " " + text).isEqualTo(id);
    }
    assertThat(total(normal)).isEqualTo(1);
  }

  @Test
  void createsInEverySpellingWhatIsThenOne() {
    Spelling normal = identityCard();
    for (Spelling spelling : spellings(normal)) {
      String id = Told.id(post("/Patient", patient(spelling)));
      JsonNode kept = Told.json(get("/Patient/" + id));
      assertThat(token(kept.at("/identifier/0"))).isEqualTo(normal.token());
      assertThat(onlyEntry(get("/Patient?" + normal.query()))).isEqualTo(id);
      HttpResponse<String> deleted = send(request("/Patient?" + spelling.query()).DELETE());
      assertThat(deleted.statusCode()).as(spelling + deleted.body()).isIn(200, 204);
      assertThat(total(normal)).isZero();
      for (String bundle : List.of("transaction", "batch")) {
        post("/Patient", patient(spelling));
        assertThat(total(normal)).isEqualTo(1);
        HttpResponse<String> gone =
            post("/", Told.bundle(bundle, "DELETE", "Patient?" + spelling.query()));
        assertThat(gone.statusCode()).as(spelling + gone.body()).isEqualTo(200);
        assertThat(total(normal)).as(bundle + spelling + gone.body()).isZero();
      }
    }
  }

  @Test
  void createsOneOfManyThatAreSentAtOnce() throws Exception {
    Spelling normal = identityCard();
    List<Callable<HttpResponse<String>>> clients = new ArrayList<>();
    for (Spelling spelling : spellings(normal)) {
      clients.add(
          () ->
              send(
                  json("/Patient", "POST", patient(spelling))
                      .header("If-None-Exist", spelling.query())));
    }
    ExecutorService threads = Executors.newFixedThreadPool(clients.size());
    try {
      for (Future<HttpResponse<String>> answer : threads.invokeAll(clients)) {
        assertThat(answer.get().statusCode()).as(answer.get().body()).isIn(200, 201, 409, 412);
      }
    } finally {
      threads.shutdown();
    }
    assertThat(total(normal)).isEqualTo(1);
  }

  /** Whoever writes does not always say whose number it is; the record itself does. */
  @Test
  void meetsOnePatientByTheBareNumberInConditions() {
    Spelling normal = identityCard();
    String body = patient(normal);
    String id =
        Told.id(
            send(
                json("/Patient", "POST", body)
                    .header("If-None-Exist", "identifier=" + bare(normal).get(0))));
    for (String number : bare(normal)) {
      String query = "identifier=" + encoded(number);
      assertThat(Told.id(send(json("/Patient", "POST", body).header("If-None-Exist", query))))
          .isEqualTo(id);
      assertThat(Told.id(send(json("/Patient?" + query, "PUT", body)))).isEqualTo(id);
      assertThat(referredTo(post("/Observation", observation("Patient?" + query)))).isEqualTo(id);
      for (String bundle : List.of("transaction", "batch")) {
        assertThat(located(entry(bundle, "POST", "Patient", query, body))).isEqualTo(id);
        assertThat(located(entry(bundle, "PUT", "Patient?" + query, "", body))).isEqualTo(id);
        String observation = observation("Patient?" + query);
        assertThat(referredTo(entry(bundle, "POST", "Observation", "", observation))).isEqualTo(id);
      }
    }
    assertThat(total(normal)).isEqualTo(1);
  }

  @Test
  void createsOneOfManyThatAreSentAtOnceByTheBareNumberAndByTheCard() throws Exception {
    Spelling normal = identityCard();
    List<String> conditions = new ArrayList<>(List.of(normal.query()));
    bare(normal).forEach(number -> conditions.add("identifier=" + encoded(number)));
    List<Callable<HttpResponse<String>>> clients = new ArrayList<>();
    for (String condition : conditions) {
      clients.add(
          () -> send(json("/Patient", "POST", patient(normal)).header("If-None-Exist", condition)));
    }
    ExecutorService threads = Executors.newFixedThreadPool(clients.size());
    try {
      for (Future<HttpResponse<String>> answer : threads.invokeAll(clients)) {
        assertThat(answer.get().statusCode()).as(answer.get().body()).isIn(200, 201);
      }
    } finally {
      threads.shutdown();
    }
    assertThat(total(normal)).isEqualTo(1);
  }

  /** A number by itself, as it was written before 1999 and as it is written today. */
  private static List<String> bare(Spelling normal) {
    String number = normal.value();
    String former = number.substring(0, 6) + number.substring(8, 17);
    return List.of(former, number, number.replace('X', 'x'), wide(former));
  }

  @Test
  void makesNoVersionWhereOnlyTheSpellingDiffers() {
    Spelling normal = identityCard();
    String id = Told.id(post("/Patient", patient(normal)));
    for (Spelling spelling : spellings(normal)) {
      ObjectNode again = (ObjectNode) Told.json(patient(spelling));
      HttpResponse<String> updated =
          send(json("/Patient/" + id, "PUT", again.put("id", id).toString()));
      assertThat(updated.headers().firstValue("ETag")).as(updated.body()).contains("W/\"1\"");
    }
  }

  @Test
  void followsChainsAndHas() {
    Spelling normal = identityCard();
    String patient = Told.id(post("/Patient", patient(normal)));
    String observation = Told.id(post("/Observation", observation("Patient/" + patient)));
    String hospital = Cast.hospital();
    for (Spelling spelling : spellings(normal)) {
      String token = encoded(spelling.token());
      for (String chain : List.of("patient.identifier", "subject:Patient.identifier")) {
        assertThat(onlyEntry(get("/Observation?" + chain + "=" + token)))
            .as(chain + " " + spelling)
            .isEqualTo(observation);
        assertThat(onlyEntry(form("/Observation/_search", chain + "=" + token)))
            .isEqualTo(observation);
      }
      assertThat(onlyEntry(get("/Organization?_has:Patient:organization:identifier=" + token)))
          .isEqualTo(hospital);
      assertThat(onlyEntry(get("/Patient?_has:Observation:patient:patient.identifier=" + token)))
          .isEqualTo(patient);
    }
  }

  @Test
  void keepsLogicalReferencesAndThePatchedInTheSameForm() {
    Spelling normal = identityCard();
    for (Spelling spelling : spellings(normal)) {
      ObjectNode observation = (ObjectNode) Told.json(observation("Patient/" + Cast.patient()));
      observation
          .putArray("performer")
          .addObject()
          .putObject("identifier")
          .put("system", spelling.system())
          .put("value", spelling.value());
      JsonNode stored = Told.json(post("/Observation", observation.toString()));
      assertThat(token(stored.at("/performer/0/identifier"))).isEqualTo(normal.token());

      String patient = Cast.patient();
      HttpResponse<String> patched =
          send(
              request("/Patient/" + patient)
                  .header("Content-Type", "application/json-patch+json")
                  .method("PATCH", BodyPublishers.ofString(moreIdentifiers(spelling))));
      assertThat(token(Told.json(patched).at("/identifier/1"))).isEqualTo(normal.token());
      HttpResponse<String> byPath =
          send(
              json(
                  "/Patient/" + patient,
                  "PATCH",
                  """
                  {"resourceType":"Parameters","parameter":[{"name":"operation","part":[
                  {"name":"type","valueCode":"replace"},
                  {"name":"path","valueString":"Patient.identifier[1].value"},
                  {"name":"value","valueString":"%s"}]}]}"""
                      .formatted(spelling.value())));
      assertThat(token(Told.json(byPath).at("/identifier/1"))).isEqualTo(normal.token());
    }
  }

  @Test
  void readsXmlInEverySpellingToo() {
    Spelling normal = identityCard();
    for (Spelling spelling : spellings(normal)) {
      String body =
          """
          <Patient xmlns="http://hl7.org/fhir"><identifier><system value="%s"/><value value="%s"/>
          </identifier><name><text value="阿依古丽•买买提"/></name><gender value="female"/>
          <managingOrganization><reference value="Organization/%s"/></managingOrganization></Patient>"""
              .formatted(spelling.system(), spelling.value(), Cast.hospital());
      HttpResponse<String> created =
          send(
              request("/Patient")
                  .header("Content-Type", "application/fhir+xml")
                  .header("Accept", FHIR_JSON)
                  .header("If-None-Exist", spelling.query())
                  .POST(BodyPublishers.ofString(body)));
      JsonNode kept = Told.json(get("/Patient/" + Told.id(created)));
      assertThat(token(kept.at("/identifier/0"))).isEqualTo(normal.token());
      assertThat(kept.at("/name/0/text").asText()).isEqualTo("阿依古丽·买买提");
    }
    assertThat(total(normal)).isEqualTo(1);
  }

  @Test
  void validatesWhatWouldBeKept() {
    String card = "2.16.840.1.113883.2.23.1.19.1";
    assertThat(validated(new Spelling(card, "110105491231002"))).doesNotContain("hutong-pat-");
    assertThat(validated(new Spelling(card, "12345"))).contains("hutong-pat-");
    HttpResponse<String> refused = post("/Patient", patient(new Spelling(card, "12345")));
    assertThat(refused.statusCode()).isEqualTo(422);
  }

  @ParameterizedTest
  @ValueSource(strings = {"•", "・", ".", "．", "‧", "·"})
  void findsAPersonByEveryDotInTheName(String dot) {
    String unique = person();
    ObjectNode patient = Cast.patient(Cast.card());
    patient.putArray("name").addObject().put("text", unique + dot + "买买提");
    JsonNode stored = Told.json(post("/Patient", patient.toString()));
    String id = stored.path("id").asText();
    assertThat(stored.at("/name/0/text").asText()).isEqualTo(unique + "·买买提");
    String observation = Told.id(post("/Observation", observation("Patient/" + id)));
    for (String other : List.of("•", "・", ".", "．", "‧", "·")) {
      String name = encoded(unique + other + "买买提");
      assertThat(onlyEntry(get("/Patient?name=" + name))).isEqualTo(id);
      assertThat(onlyEntry(get("/Patient?name:exact=" + name))).isEqualTo(id);
      assertThat(onlyEntry(form("/Patient/_search", "name=" + name))).isEqualTo(id);
      assertThat(onlyEntry(get("/Observation?subject:Patient.name=" + name)))
          .isEqualTo(observation);
      assertThat(onlyEntry(get("/Observation?patient.name=" + name))).isEqualTo(observation);
      assertThat(onlyEntry(get("/Organization?_has:Patient:organization:name=" + name)))
          .isEqualTo(Cast.hospital());
      assertThat(
              Told.id(
                  send(
                      json("/Patient", "POST", patient.toString())
                          .header("If-None-Exist", "name:exact=" + name))))
          .isEqualTo(id);
      assertThat(Told.id(send(json("/Patient?name:exact=" + name, "PUT", patient.toString()))))
          .isEqualTo(id);
      assertThat(
              located(
                  entry(
                      "transaction", "POST", "Patient", "name:exact=" + name, patient.toString())))
          .isEqualTo(id);
    }
    String named = observation("Patient?name:exact=" + encoded(unique + dot + "买买提"));
    assertThat(referredTo(post("/Observation", named))).isEqualTo(id);
  }

  @Test
  void leavesTheNamesOfInstitutionsAndTheNumbersOfUnknownSystems() {
    ObjectNode organization = Cast.story("Organization-yunze-county-hospital-cardiology");
    organization.putObject("partOf").put("reference", "Organization/" + Cast.hospital());
    organization.put("name", "心内科•重症.病房");
    String number = "Ａ" + Running.unique() + "ｘ:1";
    organization
        .putArray("identifier")
        .addObject()
        .put("system", "http://his.example/department")
        .put("value", number);
    JsonNode stored = Told.json(post("/Organization", organization.toString()));
    assertThat(stored.path("name").asText()).isEqualTo("心内科•重症.病房");
    assertThat(stored.at("/identifier/0/value").asText()).isEqualTo(number);
    assertThat(
            onlyEntry(
                get(
                    "/Organization?identifier="
                        + encoded("http://his.example/department|" + number))))
        .isEqualTo(stored.path("id").asText());
  }

  // Spellings.

  /** A number that no other test uses, with X as its check character. */
  private static Spelling identityCard() {
    while (true) {
      int number = NUMBER.incrementAndGet();
      String former =
          "15998171%02d%02d%03d"
              .formatted(1 + number / 900 % 12, 1 + number / 10_800 % 28, number % 900);
      String present = IdentityNumber.normal(former);
      if (present.endsWith("X")) {
        return new Spelling(Canonical.ID_CARD, present);
      }
    }
  }

  private static List<Spelling> spellings(Spelling normal) {
    String number = normal.value();
    String former = number.substring(0, 6) + number.substring(8, 17);
    String small = number.replace('X', 'x');
    List<String> values = List.of(number, small, former, wide(small), wide(former), number + "　");
    List<Spelling> spellings = new ArrayList<>();
    values.forEach(value -> spellings.add(new Spelling(normal.system(), value)));
    Stream.of(
            "2.16.156.10011.1.3",
            "urn:oid:2.16.840.1.113883.2.23.1.19.1",
            "2.16.840.1.113883.2.23.1.19.1",
            "urn:oid:2.16.840.1.113883.2.23.1.9.1",
            "http://NamingSystem.hl7fhir.cn/identityDocument",
            "https://namingsystem.HL7FHIR.cn/identityDocument/",
            " URN:OID:2.16.156.10011.1.3")
        .forEach(system -> spellings.add(new Spelling(system, small)));
    return spellings;
  }

  private static String wide(String text) {
    return text.chars()
        .map(c -> c + 0xfee0)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** A given name that no other test uses. */
  private static String person() {
    StringBuilder name = new StringBuilder("阿依");
    for (char digit : String.valueOf(System.nanoTime()).toCharArray()) {
      name.append("古丽努尔汗娜孜帕提曼".charAt(digit - '0'));
    }
    return name.toString();
  }

  // Requests and answers.

  private static String patient(Spelling spelling) {
    ObjectNode patient = Cast.patient(Cast.card());
    patient.remove("birthDate");
    patient
        .putArray("identifier")
        .addObject()
        .put("system", spelling.system())
        .put("value", spelling.value());
    return patient.toString();
  }

  private static String observation(String subject) {
    ObjectNode observation = Cast.observation("x");
    observation.putObject("subject").put("reference", subject);
    return observation.toString();
  }

  /** A conditional patch that adds the identifier which it is found by, in the same spelling. */
  private static JsonNode jsonPatch(String bundle, Spelling spelling) {
    String patch =
        Base64.getEncoder()
            .encodeToString(moreIdentifiers(spelling).getBytes(StandardCharsets.UTF_8));
    return entry(
        bundle,
        "PATCH",
        "Patient?" + spelling.query(),
        "",
        """
        {"resourceType":"Binary","contentType":"application/json-patch+json","data":"%s"}"""
            .formatted(patch));
  }

  private static String moreIdentifiers(Spelling spelling) {
    return """
        [{"op":"add","path":"/identifier/-","value":{"system":"%s","value":"%s"}}]"""
        .formatted(spelling.system(), spelling.value());
  }

  private static HttpResponse<String> form(String path, String form) {
    return send(
        request(path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form)));
  }

  private static JsonNode entry(
      String type, String method, String url, String ifNoneExist, String resource) {
    ObjectNode bundle =
        (ObjectNode)
            Told.json(
                """
                {"resourceType":"Bundle","type":"%s","entry":[{"resource":%s,
                "request":{"method":"%s","url":"%s"}}]}"""
                    .formatted(type, resource, method, url));
    if (!ifNoneExist.isEmpty()) {
      ((ObjectNode) bundle.at("/entry/0/request")).put("ifNoneExist", ifNoneExist);
    }
    HttpResponse<String> answer = post("/", bundle.toString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Told.json(answer);
  }

  private static String validated(Spelling spelling) {
    HttpResponse<String> answer = post("/Patient/$validate", patient(spelling));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    StringBuilder errors = new StringBuilder();
    for (JsonNode issue : Told.json(answer).path("issue")) {
      if (issue.path("severity").asText().equals("error")) {
        errors.append(issue);
      }
    }
    return errors.toString();
  }

  private static String onlyEntry(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return onlyEntry(Told.json(answer));
  }

  private static String onlyEntry(JsonNode bundle) {
    assertThat(bundle.path("entry")).as(bundle.toString()).hasSize(1);
    return bundle.at("/entry/0/resource/id").asText();
  }

  private static String referredTo(HttpResponse<String> created) {
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    return patientOf(Told.json(created));
  }

  private static String referredTo(JsonNode bundle) {
    return patientOf(Told.json(get("/Observation/" + located(bundle))));
  }

  private static String patientOf(JsonNode observation) {
    return observation.at("/subject/reference").asText().replaceFirst("Patient/", "");
  }

  private static String located(JsonNode bundle) {
    String location = bundle.at("/entry/0/response/location").asText();
    assertThat(location).as(bundle.toString()).contains("/");
    return location.split("/")[1];
  }

  private static String token(JsonNode identifier) {
    return identifier.path("system").asText() + "|" + identifier.path("value").asText();
  }

  private static int total(Spelling spelling) {
    return Told.json(get("/Patient?" + spelling.query() + "&_total=accurate"))
        .path("total")
        .asInt(-1);
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
