package org.hutong.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.method.SearchMethodBinding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.r4.model.Bundle;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.fhir.Stage;
import org.hutong.profiles.Declared;

/** Stage ENGINE_DOOR: what the path alone does not tell. */
@Interceptor(order = Stage.ENGINE_DOOR)
class DoorStage implements EngineStage {
  /** FHIR R4 §3.1.1 search control and result parameters that we honour, and HAPI's paging. */
  private static final Set<String> CONTROLS =
      Set.of(
          "_id",
          "_lastUpdated",
          "_sort",
          "_count",
          "_include",
          "_revinclude",
          "_summary",
          "_elements",
          "_total",
          "_has",
          "_format",
          "_pretty",
          "_offset");

  private final Doors doors;
  private final Declared declared;

  DoorStage(Doors doors, Declared declared) {
    this.doors = doors;
    this.declared = declared;
  }

  /**
   * Refuses unknown search parameters, or drops them when the client sent {@code Prefer:
   * handling=lenient} (FHIR R4 §3.1.1.1.3). Strict is the default: a filter that is silently
   * ignored shows more than was asked for.
   */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
  public boolean searchParameters(RequestDetails request) {
    Declared.Type type = declared.type(String.valueOf(request.getResourceName()));
    if (type == null || !SearchMethodBinding.isPlainSearchRequest(request)) {
      return true;
    }
    Map<String, String[]> known = new LinkedHashMap<>();
    List<Problem.Issue> unknown = new ArrayList<>();
    request
        .getParameters()
        .forEach(
            (name, values) -> {
              String plain = name.replaceFirst("[.:].*", "");
              if (CONTROLS.contains(plain) || type.searchParameters().containsKey(plain)) {
                known.put(name, values);
              } else {
                unknown.add(unknown(type, plain));
              }
            });
    if (!unknown.isEmpty()) {
      String prefer = request.getHeader("Prefer");
      if (prefer == null || !prefer.replace(" ", "").contains("handling=lenient")) {
        throw new Problem(unknown);
      }
      request.setParameters(known);
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
      String path = entry.getUrl().replaceFirst("\\?.*", "");
      Problem refusal = doors.refusal(entry.getMethod().toCode(), relative(request, path), true);
      if (refusal != null) {
        throw Problem.at(
            at, refusal.code(), refusal.issues().get(0).arguments().toArray(String[]::new));
      }
    }
  }

  private static String relative(RequestDetails request, String path) {
    String base = request.getFhirServerBase();
    return base != null && path.startsWith(base) ? path.substring(base.length()) : path;
  }

  private static Problem.Issue unknown(Declared.Type type, String name) {
    return new Problem.Issue(
        ProblemCode.PARAMETER_UNKNOWN,
        null,
        List.of(
            name, type.name(), String.join(", ", new TreeSet<>(type.searchParameters().keySet()))),
        null,
        null,
        false);
  }
}
