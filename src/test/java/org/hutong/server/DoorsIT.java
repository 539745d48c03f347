package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.method.BaseMethodBinding;
import ca.uhn.fhir.rest.server.method.OperationMethodBinding;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.hutong.profiles.Declared;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the engine has bound, held against what is declared, over HTTP. */
class DoorsIT {
  private static final RestfulServer ENGINE = Running.bean(RestfulServer.class);
  private static final Seen SEEN = new Seen();

  /** Operations at the levels at which HL7 defines them; written out, not taken from the doors. */
  private static final Map<String, Set<String>> OPERATION_LEVELS =
      Map.ofEntries(
          Map.entry("validate", Set.of("type", "instance")),
          Map.entry("everything", Set.of("instance")),
          Map.entry("match", Set.of("type")),
          Map.entry("merge", Set.of("type")),
          Map.entry("ihe-pix", Set.of("type")),
          Map.entry("link", Set.of("type")),
          Map.entry("link-compare", Set.of("type")),
          Map.entry("link-decisions", Set.of("type")),
          Map.entry("link-queue", Set.of("type")),
          Map.entry("link-undo", Set.of("type")),
          Map.entry("unlink", Set.of("type")),
          Map.entry("tree", Set.of("type", "instance")),
          Map.entry("import", Set.of("type")),
          Map.entry("receivers", Set.of("type")),
          Map.entry("secondments", Set.of("type")),
          Map.entry("expand", Set.of("type")),
          Map.entry("lookup", Set.of("type")),
          Map.entry("validate-code", Set.of("type")),
          Map.entry("translate", Set.of("type")));

  /** Operations that change something, or are asked with a resource. */
  private static final Set<String> POSTED =
      Set.of("import", "link", "link-undo", "match", "merge", "unlink");

  private static final Set<String> REFUSALS =
      Set.of("interaction-undeclared", "method-not-allowed", "type-unsupported");

  /** Stands in the engine's own doorway and notes who comes in. */
  @Interceptor
  public static class Seen {
    private final Set<String> requests = ConcurrentHashMap.newKeySet();

    @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_PROCESSED)
    public boolean incoming(HttpServletRequest request) {
      requests.add(String.valueOf(request.getHeader("X-Request-Id")));
      return true;
    }
  }

  /**
   * One request that a binding would answer.
   *
   * @param interaction its code in the CapabilityStatement; {@code $name/level} for an operation
   */
  private record Offer(String method, String path, String type, String interaction) {
    boolean declared() {
      Declared.Type declared = Declared.fromClassPath().type(type);
      if (type.isEmpty()) {
        return interaction.equals("metadata") || interaction.equals("transaction");
      }
      if (declared == null) {
        return false;
      }
      if (interaction.startsWith("$")) {
        String[] parts = interaction.substring(1).split("/", 2);
        return declared.operations().contains(parts[0])
            && !(method.equals("GET") && POSTED.contains(parts[0]))
            && OPERATION_LEVELS.getOrDefault(parts[0], Set.of()).contains(parts[1])
            && !(parts[1].equals("instance") && declared.interactions().isEmpty());
      }
      return declared.interactions().contains(interaction);
    }
  }

  @BeforeAll
  static void watch() {
    ENGINE.registerInterceptor(SEEN);
  }

  @AfterAll
  static void unwatch() {
    ENGINE.unregisterInterceptor(SEEN);
  }

  @Test
  void everyBindingOfTheEngineIsReachedWhenDeclaredAndOnlyThen() throws Exception {
    List<String> wrong = new ArrayList<>();
    int let = 0;
    int refused = 0;
    for (Offer offer : offers()) {
      String id = Running.unique();
      HttpResponse<String> answer = ask(offer.method(), offer.path(), id);
      boolean reached = SEEN.requests.contains(id);
      boolean ours = REFUSALS.contains(Told.code(answer));
      boolean broken = answer.statusCode() >= 500;
      if (reached != offer.declared() || ours == offer.declared() || broken) {
        wrong.add(offer + " -> " + answer.statusCode() + " " + Told.code(answer));
      }
      if (offer.declared()) {
        let++;
      } else {
        refused++;
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(let).isGreaterThan(300);
    assertThat(refused).isGreaterThan(300);
  }

  @Test
  void noUndeclaredReadGetsThroughAsEntryOfABundle() throws Exception {
    List<String> wrong = new ArrayList<>();
    List<String> urls = new ArrayList<>();
    for (Offer offer : offers()) {
      if (offer.method().equals("GET")
          && !offer.declared()
          && (offer.type().equals("Patient") || offer.type().isEmpty())) {
        urls.add(offer.path().substring(1));
      }
    }
    urls.addAll(List.of("Patient/1/%24meta", "Patient/1/Observation", "Basic/1"));
    for (String url : urls) {
      JsonNode entry =
          Told.json(Running.post("/", Told.bundle("batch", "GET", url))).at("/entry/0/response");
      String code = entry.at("/outcome/issue/0/details/coding/0/code").asText();
      if (!REFUSALS.contains(code) || !entry.at("/status").asText().startsWith("4")) {
        wrong.add("batch " + url + " -> " + entry);
      }
      HttpResponse<String> whole = Running.post("/", Told.bundle("transaction", "GET", url));
      if (!REFUSALS.contains(Told.code(whole))) {
        wrong.add("transaction " + url + " -> " + whole.statusCode() + " " + whole.body());
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(urls).hasSizeGreaterThan(8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/Patient/1/%24meta",
        "/%24meta",
        "/Patient/%24meta",
        "/Patient/%24expunge",
        "/Patient/1/$meta/",
        "/Patient/_history/",
        "/_history",
        "/_history/",
        "//_history",
        "/Patient//1",
        "//Patient/1",
        "/Patient;jsessionid=1",
        "/Patient;a=b/1",
        "/Patient/1/Observation",
        "/Patient/1/Observation/",
        "/Patient/$everything",
        "/Basic",
        "/Basic/1",
        "/Group/1/$export",
        "/$export",
        "/Patient/$export",
        "/Observation/$lastn",
        "/Patient/_search",
        "/Patient/_search/",
        "/$get-resource-counts",
        "/?_getpages=1"
      })
  void refusesAGetOf(String path) {
    String id = Running.unique();
    HttpResponse<String> answer = ask("GET", path, id);
    assertThat(answer.statusCode()).isBetween(400, 405);
    assertThat(REFUSALS).contains(Told.code(answer));
    assertThat(SEEN.requests).doesNotContain(id);
  }

  @ParameterizedTest
  @CsvSource({
    "OPTIONS, /metadata",
    "OPTIONS, /Patient",
    "OPTIONS, /",
    "TRACE, /Patient/1",
    "FOO, /Patient",
    "POST, /metadata",
    "DELETE, /",
    "DELETE, /Patient/1/_history",
    "DELETE, /Patient/1/_history/1",
    "HEAD, /Patient/1/$meta",
    "HEAD, /_history",
  })
  void refusesTheMethod(String method, String path) {
    String id = Running.unique();
    HttpResponse<String> answer = ask(method, path, id);
    assertThat(answer.statusCode()).isBetween(400, 405);
    assertThat(SEEN.requests).doesNotContain(id);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /metadata, 'GET, HEAD'",
    "OPTIONS, /Device, 'GET, HEAD, POST, PUT, PATCH, DELETE'",
    "POST, /Device/1, 'GET, HEAD, PUT, PATCH, DELETE'",
    "PUT, /Device/none, 'GET, HEAD, PATCH, DELETE'",
    "GET, /Patient/_search, POST",
    "DELETE, /Patient/1/_history, 'GET, HEAD'",
    "GET, /, POST",
  })
  void saysWhichMethodsAreAllowed(String method, String path, String allowed) {
    HttpResponse<String> answer =
        Running.send(
            Running.request(path)
                .header("Content-Type", JSON)
                .method(
                    method,
                    BodyPublishers.ofString(
                        method.startsWith("P")
                            ? "{\"resourceType\":\"Device\",\"id\":\"none\"}"
                            : "")));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).contains(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "'application/fhir+json; fhirVersion=3.0', 406",
    "'application/fhir+json;fhirVersion=4.3', 406",
    "'application/fhir+xml; fhirVersion=3.0, application/fhir+json; fhirVersion=1.0', 406",
    "'application/fhir+json; fhirVersion=4.0', 200",
    "'application/fhir+json; fhirVersion=\"4.0\";q=0.9', 200",
    "'application/fhir+json; fhirVersion=3.0, application/fhir+xml', 200",
  })
  void answersInR4Only(String accept, int status) {
    HttpResponse<String> answer =
        Running.send(Running.request("/metadata").header("Accept", accept));
    assertThat(answer.statusCode()).isEqualTo(status);
    if (status == 406) {
      assertThat(Told.code(answer)).isEqualTo("not-acceptable");
      assertThat(answer.body()).contains("4.0");
    }
  }

  @Test
  void takesResourcesOfR4Only() {
    String patient = "{\"resourceType\":\"Patient\"}";
    HttpResponse<String> answer =
        Running.send(
            Running.request("/Patient")
                .header("Content-Type", JSON + "; fhirVersion=3.0")
                .POST(BodyPublishers.ofString(patient)));
    assertThat(Told.code(answer)).isEqualTo("media-type-unsupported");
    HttpResponse<String> search =
        Running.send(
            Running.request("/Patient/_search")
                .header("Content-Type", JSON)
                .POST(BodyPublishers.ofString(patient)));
    assertThat(search.statusCode()).isEqualTo(415);
    assertThat(Told.json(search).at("/issue/0/diagnostics").asText())
        .contains("application/x-www-form-urlencoded")
        .doesNotContain("fhir+json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"//fhir/Patient", "/fhir;x=y/Patient", "/%66hir/Patient", "/./fhir/Patient"})
  void refusesAnotherSpellingOfItsBaseAndSaysWhich(String path) throws IOException {
    Wire.Answer answer = get(path, Running.origin().getAuthority());
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.code()).isEqualTo("type-unsupported");
    assertThat(answer.outcome().getIssueFirstRep().getDetails().getText()).contains("hir");
  }

  @ParameterizedTest
  @CsvSource({
    "LocalHost:8080, 200",
    "LOCALHOST, 200",
    "[::1]:8080, 200",
    "localhost:0, 400",
    "localhost:, 400",
    "localhost:65536, 400",
    "example.org, 421",
    "127.0.0.1.example.org, 421",
  })
  void servesThisMachineByItsNamesOnly(String host, int status) throws IOException {
    Wire.Answer answer = get("/fhir/metadata?_elements=implementation", host);
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    if (status == 200) {
      assertThat(answer.body()).containsIgnoringCase("http://" + host.replaceFirst(":80$", ""));
    }
  }

  private static Wire.Answer get(String path, String host) throws IOException {
    try (Wire wire = new Wire(Running.origin().getHost(), Running.origin().getPort())) {
      wire.send(Wire.head("GET " + path + " HTTP/1.1", "Host: " + host, "Connection: close"));
      return wire.answer();
    }
  }

  private static HttpResponse<String> ask(String method, String path, String id) {
    boolean body = method.startsWith("P");
    String json =
        path.contains("$")
            ? "{\"resourceType\":\"Parameters\"}"
            : "{\"resourceType\":\""
                + path.replaceFirst("^/", "").replaceFirst("[/?;].*", "")
                + "\"}";
    return Running.send(
        Running.request(path)
            .header("X-Request-Id", id)
            .header("Content-Type", path.endsWith("_search") ? FORM : JSON)
            .method(
                method,
                body
                    ? BodyPublishers.ofString(path.endsWith("_search") ? "_id=1" : json)
                    : BodyPublishers.noBody()));
  }

  private static final String JSON = "application/fhir+json";
  private static final String FORM = "application/x-www-form-urlencoded";

  private static Set<Offer> offers() throws ReflectiveOperationException {
    Set<Offer> offers = new LinkedHashSet<>();
    for (var resource : ENGINE.getResourceBindings()) {
      for (BaseMethodBinding binding : resource.getMethodBindings()) {
        offers.addAll(offers(binding, binding.getResourceName()));
      }
    }
    for (BaseMethodBinding binding : ENGINE.getServerBindings()) {
      offers.addAll(offers(binding, ""));
    }
    Method global = RestfulServer.class.getDeclaredMethod("getGlobalBindings");
    global.setAccessible(true);
    for (Object binding : (Collection<?>) global.invoke(ENGINE)) {
      offers.addAll(offers((BaseMethodBinding) binding, "Patient"));
      offers.addAll(offers((BaseMethodBinding) binding, "Basic"));
    }
    return offers;
  }

  private static List<Offer> offers(BaseMethodBinding binding, String type) {
    String base = type == null || type.isEmpty() ? "" : "/" + type;
    String name = type == null ? "" : type;
    if (binding instanceof OperationMethodBinding operation) {
      List<Offer> offers = new ArrayList<>();
      for (String method : List.of("GET", "POST")) {
        String called = operation.getName();
        if (operation.isCanOperateAtServerLevel()) {
          offers.add(new Offer(method, "/" + called, "", called + "/server"));
        }
        if (operation.isCanOperateAtTypeLevel() && !name.isEmpty()) {
          offers.add(new Offer(method, base + "/" + called, name, called + "/type"));
        }
        if (operation.isCanOperateAtInstanceLevel() && !name.isEmpty()) {
          offers.add(new Offer(method, base + "/1/" + called, name, called + "/instance"));
        }
      }
      return offers;
    }
    RestOperationTypeEnum operation = binding.getRestOperationType();
    return switch (operation) {
      case CREATE -> List.of(new Offer("POST", base, name, "create"));
      case READ -> List.of(new Offer("GET", base + "/1", name, "read"));
      case VREAD -> List.of(new Offer("GET", base + "/1/_history/1", name, "vread"));
      case UPDATE ->
          List.of(
              new Offer("PUT", base + "/1", name, "update"),
              new Offer("PUT", base + "?_id=1", name, "update"));
      case PATCH ->
          List.of(
              new Offer("PATCH", base + "/1", name, "patch"),
              new Offer("PATCH", base + "?_id=1", name, "patch"));
      case DELETE ->
          List.of(
              new Offer("DELETE", base + "/1", name, "delete"),
              new Offer("DELETE", base + "?_id=1", name, "delete"));
      case SEARCH_TYPE ->
          List.of(
              new Offer("GET", base, name, "search-type"),
              new Offer("POST", base + "/_search", name, "search-type"));
      case HISTORY_INSTANCE ->
          List.of(new Offer("GET", base + "/1/_history", name, "history-instance"));
      case HISTORY_TYPE -> List.of(new Offer("GET", base + "/_history", name, "history-type"));
      case HISTORY_SYSTEM -> List.of(new Offer("GET", "/_history", "", "history-system"));
      case METADATA -> List.of(new Offer("GET", "/metadata", "", "metadata"));
      case TRANSACTION -> List.of(new Offer("POST", "/", "", "transaction"));
      case GET_PAGE -> List.of(new Offer("GET", "/?_getpages=1", "", "get-page"));
      case VALIDATE ->
          List.of(
              new Offer("POST", base + "/$validate", name, "$validate/type"),
              new Offer("POST", base + "/1/$validate", name, "$validate/instance"));
      default -> throw new AssertionError("a new kind of binding: " + operation);
    };
  }

  @Test
  void refusesABundleThatDoesNotSayHowItIsToBeTaken() {
    String card = Cast.card();
    HttpResponse<String> answer =
        Running.post(
            "",
            "{\"resourceType\":\"Bundle\",\"entry\":[{\"request\":{\"method\":\"POST\",\"url\":\"Patient\"},"
                + "\"resource\":"
                + Cast.patient(card)
                + "}]}");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("Bundle.type");
    assertThat(Running.get("/Patient?_total=accurate&identifier=" + card).body())
        .containsPattern("\"total\": ?0");
  }
}
