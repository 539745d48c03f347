package org.hutong.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.nio.charset.StandardCharsets;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Enumerations.SearchParamType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.SearchParameter;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.fhir.Stage;
import org.hutong.profiles.Declared;
import org.jspecify.annotations.Nullable;

/**
 * Stage ENGINE_DOOR: what the path alone does not tell: the query of a search, the condition of a
 * conditional write, and the entries of a Bundle.
 */
@Interceptor(order = Stage.ENGINE_DOOR)
class DoorStage implements EngineStage {
  /** One weak or strong ETag that is a version number; FHIR R4 §3.1.0.1.3 uses weak ones. */
  private static final Pattern ETAG = Pattern.compile("(W/)?\"[0-9]+\"");

  /** A search value that bounds a whole year or month. */
  private static final Pattern PARTIAL = Pattern.compile("(ge|le)([0-9]{4})(?:-([0-9]{2}))?");

  private final Doors doors;
  private final SearchDoor searches;
  private final Declared declared;

  DoorStage(Doors doors, SearchDoor searches, Declared declared) {
    this.doors = doors;
    this.searches = searches;
    this.declared = declared;
  }

  /**
   * Refuses unknown search parameters, or drops them when the client sent {@code Prefer:
   * handling=lenient} (FHIR R4 §3.1.1.1.3). Strict is the default: a filter that is silently
   * ignored shows more than was asked for; in a condition it would write more, so there it is never
   * dropped.
   */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
  public boolean query(RequestDetails request) {
    String verb = String.valueOf(request.getRequestType());
    List<String> path = Doors.segments(String.valueOf(request.getRequestPath()));
    Map<String, List<String>> query = new LinkedHashMap<>();
    request.getParameters().forEach((name, values) -> query.put(name, Arrays.asList(values)));
    if (isSearch(verb, path)) {
      Map<String, Problem.Issue> faults = searches.search(path.get(0), query);
      if (!lenient(request)) {
        refuse(faults.values());
      } else if (!faults.isEmpty()) {
        Map<String, String[]> known = new LinkedHashMap<>(request.getParameters());
        known.keySet().removeAll(faults.keySet());
        request.setParameters(known);
      }
      Map<String, String[]> whole = new LinkedHashMap<>(request.getParameters());
      wholePeriods(path.get(0), whole);
      request.setParameters(whole);
    } else {
      refuse(faults(verb, path, query, request.getHeader("If-None-Exist")));
      etag(request.getHeader("If-Match"), "If-Match");
      String condition = request.getHeader("If-None-Exist");
      if (condition != null && condition.isBlank()) {
        throw Problem.at("If-None-Exist", ProblemCode.CONDITION_EMPTY, String.join("/", path));
      }
    }
    return true;
  }

  /** Refuses a Bundle any of whose entries is undeclared; called for each entry of a batch. */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void entries(RequestDetails request, IBaseBundle posted) {
    Bundle bundle = (Bundle) posted;
    if (bundle.getType() == Bundle.BundleType.BATCH) {
      return;
    }
    for (int i = 0; i < bundle.getEntry().size(); i++) {
      Bundle.BundleEntryRequestComponent entry = bundle.getEntry().get(i).getRequest();
      String at = "Bundle.entry[" + i + "].request";
      if (entry.getMethod() == null || !entry.hasUrl()) {
        throw Problem.at(at, ProblemCode.REQUEST_INVALID);
      }
      String verb = entry.getMethod().toCode();
      String[] url = relative(request, entry.getUrl()).split("\\?", 2);
      Problem refusal = doors.refusal(verb, url[0], true);
      if (refusal != null) {
        throw refusal.within(at);
      }
      List<Problem.Issue> faults =
          faults(
              verb,
              Doors.segments(url[0]),
              parameters(url.length < 2 ? "" : url[1]),
              entry.getIfNoneExist());
      if (!faults.isEmpty()) {
        throw new Problem(faults).within(at);
      }
      etag(entry.getIfMatch(), at + ".ifMatch");
      if (verb.equals("DELETE") && entry.hasIfMatch()) {
        throw Problem.detailed(
                ProblemCode.REQUEST_INVALID,
                "ifMatch of a DELETE is honoured outside a Bundle only")
            .within(at);
      }
      Resource resource = bundle.getEntry().get(i).getResource();
      boolean stores = verb.equals("POST") || verb.equals("PUT");
      if (stores
          && resource != null
          && !resource.fhirType().equals(Doors.segments(url[0]).get(0))) {
        throw Problem.detailed(
                ProblemCode.REQUEST_INVALID,
                "The entry's resource is a " + resource.fhirType() + ", not what its url names")
            .within(at);
      }
    }
  }

  /** The last line of defence: no route stores a type for which create is not declared. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(IBaseResource resource) {
    Declared.Type type = declared.type(resource.fhirType());
    if (type == null || !type.interactions().contains("create")) {
      throw Problem.of(ProblemCode.TYPE_UNSUPPORTED, resource.fhirType());
    }
  }

  /** HAPI looks at If-Match when it updates, not when it deletes (RFC 9110 §13.1.1). */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_DELETED)
  public void deleted(IBaseResource resource, RequestDetails request) {
    String expected = request == null ? null : request.getHeader("If-Match");
    if (expected != null
        && !expected.replaceAll("[^0-9]", "").equals(resource.getIdElement().getVersionIdPart())) {
      throw Problem.of(ProblemCode.VERSION_CONFLICT);
    }
  }

  private static void etag(@Nullable String ifMatch, String at) {
    if (ifMatch != null && !ETAG.matcher(ifMatch.strip()).matches()) {
      throw Problem.detailed(
              ProblemCode.REQUEST_INVALID, "If-Match takes one ETag of ours, such as W/\"1\"")
          .within(at);
    }
  }

  /**
   * HAPI leaves out most of the period when {@code ge} or {@code le} stands before a year or a
   * month; before its first or last day it is right.
   */
  private void wholePeriods(String type, Map<String, String[]> query) {
    query.replaceAll(
        (name, values) -> {
          SearchParameter parameter = searches.declared(type, name);
          boolean date =
              name.equals("_lastUpdated")
                  || (parameter != null && parameter.getType() == SearchParamType.DATE);
          return date
              ? Arrays.stream(values).map(DoorStage::wholePeriod).toArray(String[]::new)
              : values;
        });
  }

  static String wholePeriod(String value) {
    Matcher matcher = PARTIAL.matcher(value);
    if (!matcher.matches()) {
      return value;
    }
    int year = Integer.parseInt(matcher.group(2));
    boolean lower = matcher.group(1).equals("ge");
    int month = matcher.group(3) == null ? (lower ? 1 : 12) : Integer.parseInt(matcher.group(3));
    if (month < 1 || month > 12) {
      return value;
    }
    YearMonth edge = YearMonth.of(year, month);
    return matcher.group(1) + (lower ? edge.atDay(1) : edge.atEndOfMonth());
  }

  private List<Problem.Issue> faults(
      String verb,
      List<String> path,
      Map<String, List<String>> query,
      @Nullable String ifNoneExist) {
    if (path.isEmpty() || declared.type(path.get(0)) == null) {
      return List.of();
    }
    String type = path.get(0);
    if (isSearch(verb, path)) {
      return new ArrayList<>(searches.search(type, query).values());
    }
    if (path.size() > 1) {
      return List.of();
    }
    if (!verb.equals("POST")) {
      return searches.condition(type, query);
    }
    if (ifNoneExist == null || ifNoneExist.isEmpty()) {
      return List.of();
    }
    String[] match = ifNoneExist.split("\\?", 2);
    if (match.length == 2 && !match[0].isEmpty() && !match[0].equals(type)) {
      return Problem.at("http.If-None-Exist", ProblemCode.REQUEST_INVALID).issues();
    }
    return searches.condition(type, parameters(match[match.length - 1]));
  }

  private static boolean isSearch(String verb, List<String> path) {
    return path.size() == 1
        ? verb.equals("GET") || verb.equals("HEAD")
        : path.size() == 2 && path.get(1).equals("_search");
  }

  private static boolean lenient(RequestDetails request) {
    String prefer = request.getHeader("Prefer");
    return prefer != null && prefer.replace(" ", "").contains("handling=lenient");
  }

  private static void refuse(Collection<Problem.Issue> faults) {
    if (!faults.isEmpty()) {
      throw new Problem(List.copyOf(faults));
    }
  }

  private static Map<String, List<String>> parameters(String query) {
    String bytes = new String(query.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return UrlText.parameters(bytes, ProblemCode.URL_NOT_UTF8);
  }

  private static String relative(RequestDetails request, String path) {
    String base = request.getFhirServerBase();
    return base != null && path.startsWith(base) ? path.substring(base.length()) : path;
  }
}
