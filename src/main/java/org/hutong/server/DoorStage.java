package org.hutong.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.util.TransactionSemanticsHeader;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.util.DateUtils;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Handling;
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
  private static final String HINTS = DoorStage.class.getName() + ".hints";
  private static final String IF_MATCH = DoorStage.class.getName() + ".ifMatch:";

  private static final List<String> OTHER_SEMANTICS =
      List.of(
          TransactionSemanticsHeader.HEADER_NAME,
          "X-HTTP-Method-Override",
          "X-HTTP-Method",
          "X-Method-Override");

  private static final String IF_MODIFIED_SINCE = "If-Modified-Since";

  /** Marks a resource whose conditional references were looked at as part of its Bundle. */
  private static final String CONDITIONS = DoorStage.class.getName() + ".conditions";

  private final Doors doors;
  private final SearchDoor searches;
  private final ReferenceDoor references;
  private final Elements elements;
  private final Declared declared;

  DoorStage(
      Doors doors,
      SearchDoor searches,
      ReferenceDoor references,
      Elements elements,
      Declared declared) {
    this.doors = doors;
    this.searches = searches;
    this.references = references;
    this.elements = elements;
    this.declared = declared;
  }

  /**
   * Refuses unknown search parameters, or drops them when the client sent {@code Prefer:
   * handling=lenient} (FHIR R4 §3.1.1.1.3). Strict is the default: a filter that is silently
   * ignored shows more than was asked for; in a condition it would write more, so there it is never
   * dropped. Nor is one without value: nobody means to ask for that.
   */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
  public boolean query(RequestDetails request) {
    refuseOtherSemantics(request);
    forgetMalformedDate(request);
    Handling handling = Handling.of(request);
    String verb = String.valueOf(request.getRequestType());
    List<String> path = Doors.segments(String.valueOf(request.getRequestPath()));
    Map<String, List<String>> query = new LinkedHashMap<>();
    request.getParameters().forEach((name, values) -> query.put(name, Arrays.asList(values)));
    if (isSearch(verb, path)) {
      Map<String, Problem.Issue> faults = searches.search(path.get(0), query);
      if (handling == Handling.LENIENT) {
        refuse(searches.unreadable(path.get(0), query).values());
        Map<String, String[]> known = new LinkedHashMap<>(request.getParameters());
        known.keySet().removeAll(faults.keySet());
        request.setParameters(known);
      } else if (!faults.isEmpty()) {
        List<Problem.Issue> issues = new ArrayList<>(faults.values());
        issues.addAll(Problem.of(ProblemCode.HANDLING_STRICT).issues());
        throw new Problem(issues);
      } else if (handling == Handling.STRICT) {
        refuse(FirstPage.faults(query));
      }
      boolean warn = handling != Handling.STRICT;
      List<Problem.Issue> hints = searches.hints(path.get(0), query, warn);
      if (!warn) {
        refuse(hints);
      }
      request.getUserData().put(HINTS, hints);
    } else {
      refuse(faults(verb, path, query, request.getHeader("If-None-Exist"), handling));
      ETag expected = ETag.of(request.getHeader("If-Match"), "http.If-Match");
      if (verb.equals("DELETE") && expected != null) {
        expect(request, path.size() == 2 ? String.join("/", path) : "", expected);
      }
    }
    return true;
  }

  /** Refuses a Bundle any of whose entries is undeclared; called for each entry of a batch. */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void entries(RequestDetails request, IBaseBundle posted) {
    Bundle bundle = (Bundle) posted;
    refuse(Entries.incomplete(bundle));
    if (bundle.getType() == Bundle.BundleType.BATCH) {
      return;
    }
    for (int i = 0; i < bundle.getEntry().size(); i++) {
      Bundle.BundleEntryRequestComponent entry = bundle.getEntry().get(i).getRequest();
      String at = "Bundle.entry[" + i + "].request";
      String verb = entry.getMethod().toCode();
      entry.setUrl(relative(request, entry.getUrl()));
      String[] url = entry.getUrl().split("\\?", 2);
      Problem refusal =
          entry.getMethod() == Bundle.HTTPVerb.HEAD
              ? Problem.of(ProblemCode.METHOD_NOT_ALLOWED, verb)
              : doors.refusal(verb, url[0], true);
      if (refusal != null) {
        throw refusal.within(at);
      }
      List<Problem.Issue> faults =
          faults(
              verb,
              Doors.segments(url[0]),
              parameters(url.length < 2 ? "" : url[1]),
              entry.hasIfNoneExist() ? entry.getIfNoneExist() : null,
              Handling.of(request));
      if (!faults.isEmpty()) {
        throw new Problem(faults).within(at);
      }
      ETag expected = ETag.of(entry.getIfMatch(), at + ".ifMatch");
      if (verb.equals("DELETE")) {
        if (expected != null && url.length > 1) {
          throw Problem.worded(
              ProblemCode.REQUEST_INVALID,
              at + ".ifMatch",
              new Bilingual(
                  "Bundle 中按条件删除不能带 ifMatch", "In a Bundle a conditional DELETE takes no ifMatch"),
              new Bilingual(
                  "请以“类型/编号”删除，或去掉 ifMatch。", "Delete by [type]/[id], or leave ifMatch out."));
        }
        expect(request, String.join("/", Doors.segments(url[0])), expected);
      }
      Resource resource = bundle.getEntry().get(i).getResource();
      boolean stores = verb.equals("POST") || verb.equals("PUT");
      if (stores
          && resource != null
          && !resource.fhirType().equals(Doors.segments(url[0]).get(0))) {
        throw Problem.at(
            at,
            ProblemCode.TYPE_MISMATCH,
            resource.fhirType(),
            Problem.printable(Doors.segments(url[0]).get(0)));
      }
      if (stores && resource != null) {
        refuse(references(resource, "Bundle.entry[" + i + "].resource", request));
      }
    }
    refuse(Entries.contradictions(bundle));
    Step.mark(bundle, request);
  }

  /** The last line of defence: no route stores a type for which create is not declared. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(IBaseResource resource, RequestDetails request) {
    Declared.Type type = declared.type(resource.fhirType());
    if (type == null || !type.interactions().contains("create")) {
      throw Problem.of(ProblemCode.TYPE_UNSUPPORTED, resource.fhirType());
    }
    refuse(references((Resource) resource, resource.fhirType(), request));
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updated(IBaseResource before, IBaseResource after, RequestDetails request) {
    if (request != null) {
      Step.back(request, (Resource) after);
    }
    refuse(references((Resource) after, after.fhirType(), request));
  }

  /** What is wrong with the conditional references of what is written; looked at once. */
  private List<Problem.Issue> references(
      Resource resource, String at, @Nullable RequestDetails request) {
    if (request == null || resource.getUserData(CONDITIONS) != null) {
      return List.of();
    }
    resource.setUserData(CONDITIONS, true);
    return references.faults(resource, at, base(request));
  }

  /** HAPI looks at If-Match when it updates, not when it deletes (RFC 9110 §13.1.1). */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_DELETED)
  public void deleted(IBaseResource resource, RequestDetails request) {
    if (request == null) {
      return;
    }
    IIdType id = resource.getIdElement();
    String name = resource.fhirType() + "/" + id.getIdPart();
    for (String expectation : List.of(name, "")) {
      if (request.getUserData().get(IF_MATCH + expectation) instanceof ETag expected
          && !expected.names(id)) {
        String entry = Step.at(request);
        throw Problem.at(
            entry.isEmpty() ? "http.If-Match" : entry + ".request.ifMatch",
            ProblemCode.VERSION_CONFLICT);
      }
    }
  }

  /** What a search asks for that cannot be found, for the answer to say. */
  static List<Problem.Issue> hints(RequestDetails request) {
    return request.getUserData().get(HINTS) instanceof List<?> hints
        ? hints.stream().map(Problem.Issue.class::cast).toList()
        : List.of();
  }

  /**
   * Notes for {@link #deleted} which version may be deleted; null for any.
   *
   * @param resource type and id; empty for whatever the request deletes
   */
  private static void expect(RequestDetails request, String resource, @Nullable ETag version) {
    request.getUserData().put(IF_MATCH + resource, version);
  }

  /**
   * What is wrong with the query of a request, and with its condition.
   *
   * @param ifNoneExist null when there is none
   * @param handling strict for who would rather be refused than get a smaller page
   */
  private List<Problem.Issue> faults(
      String verb,
      List<String> path,
      Map<String, List<String>> query,
      @Nullable String ifNoneExist,
      Handling handling) {
    String type = path.isEmpty() ? "" : path.get(0);
    if (declared.type(type) == null) {
      return type.equals("metadata")
          ? reading(QueryDoor.METADATA, "/metadata", "CapabilityStatement", query)
          : QueryDoor.WRITE.faults("/" + type, query);
    }
    if (isSearch(verb, path)) {
      List<Problem.Issue> faults = new ArrayList<>(searches.search(type, query).values());
      if (faults.isEmpty() && handling == Handling.STRICT) {
        faults.addAll(FirstPage.faults(query));
      }
      return faults;
    }
    String last = path.get(path.size() - 1);
    if (last.startsWith("$")) {
      return List.of();
    }
    if (verb.equals("GET") && !last.equals("_history")) {
      return reading(QueryDoor.READ, type + "/[id]", type, query);
    }
    if (verb.equals("GET")) {
      List<Problem.Issue> faults = reading(QueryDoor.HISTORY, "_history", type, query);
      if (faults.isEmpty() && handling == Handling.STRICT) {
        faults.addAll(FirstPage.faults(query));
      }
      return faults;
    }
    if (path.size() == 1 && !verb.equals("POST")) {
      return searches.condition(type, query);
    }
    List<Problem.Issue> faults = new ArrayList<>(QueryDoor.WRITE.faults(verb + " " + type, query));
    if (ifNoneExist != null && path.size() == 1) {
      faults.addAll(noneExist(type, ifNoneExist));
    }
    return faults;
  }

  private List<Problem.Issue> reading(
      QueryDoor door, String of, String type, Map<String, List<String>> query) {
    List<Problem.Issue> faults = new ArrayList<>(door.faults(of, query));
    Problem.Issue fault = elements.fault(type, query.getOrDefault(Elements.PARAMETER, List.of()));
    if (fault != null) {
      faults.add(fault);
    }
    return faults;
  }

  private List<Problem.Issue> noneExist(String type, String condition) {
    String[] match = condition.split("\\?", 2);
    if (match.length == 2 && !match[0].isEmpty() && !match[0].equals(type)) {
      return Problem.worded(
              ProblemCode.REQUEST_INVALID,
              "http.If-None-Exist",
              new Bilingual(
                  "If-None-Exist 查找的是 %s，而新建的是 %s".formatted(Problem.printable(match[0]), type),
                  "If-None-Exist searches %s, but a %s is to be created"
                      .formatted(Problem.printable(match[0]), type)),
              new Bilingual(
                  "请只写该类型的检索参数，如 identifier=…。",
                  "Give search parameters of that type only, such as identifier=…."))
          .issues();
    }
    return searches.condition(type, parameters(match[match.length - 1]));
  }

  private boolean isSearch(String verb, List<String> path) {
    if (path.isEmpty() || declared.type(path.get(0)) == null) {
      return false;
    }
    return path.size() == 1
        ? verb.equals("GET")
        : path.size() == 2 && path.get(1).equals("_search");
  }

  /**
   * Headers that would have a request taken for another: HAPI takes a batch for a transaction where
   * one says so, and does not show us its entries as such. Others it ignores, and reads where the
   * client believes that it deletes.
   */
  private static void refuseOtherSemantics(RequestDetails request) {
    for (String header : OTHER_SEMANTICS) {
      if (request.getHeader(header) != null) {
        throw Problem.at("http." + header, ProblemCode.INTERACTION_UNDECLARED, header);
      }
    }
  }

  /** A date that is none is ignored (RFC 9110 §13.1.3); HAPI breaks over it. */
  private static void forgetMalformedDate(RequestDetails request) {
    String date = request.getHeader(IF_MODIFIED_SINCE);
    if (date != null && DateUtils.parseDate(date) == null) {
      request.setHeaders(IF_MODIFIED_SINCE, List.of());
    }
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
    return ReferenceDoor.relative(base(request), path);
  }

  private static String base(RequestDetails request) {
    String base = request.getFhirServerBase();
    return base == null ? "" : base;
  }
}
