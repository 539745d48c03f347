package org.hutong.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.r4.model.Bundle;
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
    } else {
      refuse(faults(verb, path, query, request.getHeader("If-None-Exist")));
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
    }
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
    if (path.size() == 3 && path.get(2).equals("$everything")) {
      return searches.everything(query);
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
