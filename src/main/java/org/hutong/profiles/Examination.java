package org.hutong.profiles;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.LenientErrorHandler;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.util.ResourceUtil;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Enumeration;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.store.DeadReferences;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.w3c.dom.Element;

/**
 * Says everything that is wrong with a text that cannot be read as a resource: where the engine's
 * parser stumbles it names the first fault, in English and without its place.
 */
@Component
public class Examination {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What stands in the resource of an entry, which is looked at by itself. */
  private static final Pattern ENTRY = Pattern.compile("Bundle\\.entry\\[\\d+]\\.resource\\..*");

  /**
   * Paths that store what is posted or put to them: the root, a type, an instance.
   *
   * <p>Operations and searches are none.
   */
  private static final Pattern STORING = Pattern.compile("([A-Z][A-Za-z]*(/[^/$_]+)?)?");

  /** What an entry of a Bundle does with its resource when that is stored. */
  private static final Set<String> STORES = Set.of("POST", "PUT");

  private static final String BATCH = "batch";

  /** Bundles whose entries are requests. */
  private static final Set<String> REQUESTS = Set.of("transaction", BATCH);

  /** Bundles whose first entry leads to all others, so that they are looked at as a whole. */
  private static final Set<Bundle.BundleType> LINKED =
      Set.of(Bundle.BundleType.DOCUMENT, Bundle.BundleType.MESSAGE);

  private static final Set<String> TYPES =
      Arrays.stream(Bundle.BundleType.values())
          .filter(type -> type != Bundle.BundleType.NULL)
          .map(Bundle.BundleType::toCode)
          .collect(Collectors.toSet());

  private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

  /** Stands for a method that does not exist: at another the engine's parser fails. */
  private static final String READING = "GET";

  /** An entry that no door lets in. */
  private static final String REFUSED_ENTRY =
      "{\"request\":{\"method\":\"POST\",\"url\":\"metadata\"}}";

  private static final String REFUSED = Examination.class.getName() + ".refused";

  private final FhirContext context;
  private final Validation validation;
  private final NormalResource normal;
  private final Conditions conditions;

  Examination(
      FhirContext context, Validation validation, NormalResource normal, Conditions conditions) {
    this.conditions = conditions;
    this.context = context;
    this.validation = validation;
    this.normal = normal;
  }

  /** Whether what is posted or put to a path below the server's base is stored. */
  public static boolean stores(String path) {
    return STORING.matcher(path).matches();
  }

  /** Notes what is wrong with entries of a batch that were taken out of the request. */
  static void refuse(RequestDetails request, Map<Integer, Problem> entries) {
    request.getUserData().put(REFUSED, entries);
  }

  /** What is wrong with an entry of a batch that was taken out; null when it was carried out. */
  public static @Nullable Problem refused(RequestDetails request, int entry) {
    return request.getUserData().get(REFUSED) instanceof Map<?, ?> refused
            && refused.get(entry) instanceof Problem problem
        ? problem
        : null;
  }

  /**
   * What is wrong with a resource, or with the resources that a Bundle would store: the same as
   * {@code $validate} says of each.
   *
   * @param base URL of the server, as the client calls it
   * @return errors first; empty when nothing is found, or it is nothing that could be stored
   */
  public List<Problem.Issue> of(String text, EncodingEnum encoding, String base) {
    try {
      return errorsFirst(encoding == EncodingEnum.XML ? xml(text, base) : json(text, base));
    } catch (Problem unreadable) {
      return List.of();
    }
  }

  private static List<Problem.Issue> errorsFirst(List<Problem.Issue> issues) {
    return issues.stream().sorted(Comparator.comparing(Problem.Issue::warning)).toList();
  }

  /** The same of a text that may be clean; nothing is said of one that is. */
  public List<Problem.Issue> ofUnclean(String text, EncodingEnum encoding, String base) {
    return strictly(text, encoding) == null ? of(text, encoding, base) : List.of();
  }

  /**
   * A batch in JSON, of which each entry stands for itself.
   *
   * @param text with entries that the door refuses in place of those that cannot be read; all else
   *     as it was sent, letter by letter
   * @param refused what is wrong with those, by their index
   */
  record Batch(String text, Map<Integer, Problem> refused) {}

  /** Takes the entries out of a batch that would keep the engine from reading the others. */
  Batch readable(String text, String base) {
    Map<Integer, Problem> refused = new TreeMap<>();
    StringBuilder rest = new StringBuilder();
    int kept = 0;
    int i = 0;
    for (Span span : entriesOfBatch(text)) {
      List<Problem.Issue> faults = unreadable(text.substring(span.from(), span.to()), i, base);
      if (!faults.isEmpty()) {
        refused.put(i, new Problem(faults));
        rest.append(text, kept, span.from()).append(REFUSED_ENTRY);
        kept = span.to();
      }
      i++;
    }
    return new Batch(rest.append(text, kept, text.length()).toString(), refused);
  }

  /** Where something stands in a text. */
  private record Span(int from, int to) {}

  /** The entries of a batch; none of any other text. */
  private static List<Span> entriesOfBatch(String text) {
    List<Span> entries = new ArrayList<>();
    String resource = "";
    String type = "";
    try (JsonParser json = JSON.createParser(text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return List.of();
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (name.equals("resourceType")) {
          resource = json.getText();
        } else if (name.equals("type")) {
          type = json.getText();
          if (!type.equals(BATCH)) {
            return List.of(); // a transaction, before its entries are read once more
          }
        } else if (name.equals("entry") && value == JsonToken.START_ARRAY) {
          while (json.nextToken() == JsonToken.START_OBJECT) {
            int from = (int) json.currentTokenLocation().getCharOffset();
            json.skipChildren();
            entries.add(new Span(from, (int) json.currentLocation().getCharOffset()));
          }
          if (json.currentToken() != JsonToken.END_ARRAY) {
            return List.of();
          }
          continue;
        }
        json.skipChildren();
      }
    } catch (IOException malformed) {
      return List.of();
    }
    return resource.equals("Bundle") && type.equals(BATCH) ? entries : List.of();
  }

  /** What is wrong with an entry whose resource cannot be read; nothing when it can. */
  private List<Problem.Issue> unreadable(String text, int index, String base) {
    JsonNode entry;
    try {
      entry = JSON.readTree(text);
    } catch (JsonProcessingException impossible) {
      return List.of();
    }
    JsonNode resource = entry.path("resource");
    if (!STORES.contains(entry.at("/request/method").asText())
        || !isStored(resource.path("resourceType").asText())
        || strictly(resource.toString(), EncodingEnum.JSON) != null) {
      return List.of();
    }
    String at = "Bundle.entry[" + index + "].resource";
    try {
      List<Problem.Issue> issues =
          errorsFirst(examine(resource.toString(), EncodingEnum.JSON, at, base, Set.of()));
      return issues.stream().allMatch(Problem.Issue::warning) ? List.of() : issues;
    } catch (Problem nothingReadable) {
      return nothingReadable.within(at).issues();
    }
  }

  private List<Problem.Issue> json(String text, String base) {
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException malformed) {
      return List.of();
    }
    String type = root.path("resourceType").asText();
    if (!type.equals("Bundle")) {
      return isStored(type) ? examine(text, EncodingEnum.JSON, "", base, Set.of()) : List.of();
    }
    List<Problem.Issue> issues = unknownCodes(root);
    issues.addAll(validation.slips(text, new Bundle(), ENTRY));
    issues.addAll(entries(root, base));
    return issues;
  }

  private static List<Problem.Issue> unknownCodes(JsonNode bundle) {
    List<Problem.Issue> issues = new ArrayList<>(unknownType(bundle.path("type").asText()));
    int at = 0;
    for (JsonNode entry : bundle.path("entry")) {
      issues.addAll(unknownMethod(entry.at("/request/method").asText(), at++));
    }
    return issues;
  }

  private List<Problem.Issue> entries(JsonNode root, String base) {
    Set<String> entries = new HashSet<>();
    root.path("entry").forEach(entry -> entries.add(entry.path("fullUrl").asText()));
    List<Problem.Issue> issues = new ArrayList<>();
    String type = root.path("type").asText();
    int i = 0;
    for (JsonNode entry : root.path("entry")) {
      JsonNode resource = entry.path("resource");
      if (!REQUESTS.contains(type) && resource.isObject()) {
        issues.addAll(
            shown(resource.toString(), EncodingEnum.JSON, "Bundle.entry[" + i + "].resource"));
      } else if (STORES.contains(entry.at("/request/method").asText())
          && isStored(resource.path("resourceType").asText())) {
        issues.addAll(
            examine(
                resource.toString(),
                EncodingEnum.JSON,
                "Bundle.entry[" + i + "].resource",
                base,
                type.equals(BATCH) ? Set.of(entry.path("fullUrl").asText()) : entries));
      }
      i++;
    }
    return issues;
  }

  private List<Problem.Issue> xml(String text, String base) {
    Element root = ValidateRequest.root(text);
    if (!"Bundle".equals(root.getLocalName())) {
      return isStored(root.getLocalName())
          ? examine(text, EncodingEnum.XML, "", base, Set.of())
          : List.of();
    }
    List<Problem.Issue> issues = unknownCodes(root);
    issues.addAll(validation.slips(text, new Bundle(), ENTRY));
    issues.addAll(entries(root, base));
    return issues;
  }

  private static List<Problem.Issue> unknownCodes(Element bundle) {
    List<Problem.Issue> issues = new ArrayList<>(unknownType(value(bundle, "type")));
    int at = 0;
    for (Element entry : ValidateRequest.children(bundle, "entry")) {
      for (Element request : ValidateRequest.children(entry, "request")) {
        issues.addAll(unknownMethod(value(request, "method"), at));
      }
      at++;
    }
    return issues;
  }

  private List<Problem.Issue> entries(Element root, String base) {
    String type = value(root, "type");
    Set<String> entries = new HashSet<>();
    for (Element entry : ValidateRequest.children(root, "entry")) {
      entries.add(value(entry, "fullUrl"));
    }
    List<Problem.Issue> issues = new ArrayList<>();
    int i = 0;
    for (Element entry : ValidateRequest.children(root, "entry")) {
      for (Element holder : ValidateRequest.children(entry, "resource")) {
        for (Element resource : ValidateRequest.children(holder, null)) {
          if (!REQUESTS.contains(type)) {
            issues.addAll(
                shown(
                    ValidateRequest.text(resource),
                    EncodingEnum.XML,
                    "Bundle.entry[" + i + "].resource"));
          } else if (isStored(resource.getLocalName())) {
            issues.addAll(
                examine(
                    ValidateRequest.text(resource),
                    EncodingEnum.XML,
                    "Bundle.entry[" + i + "].resource",
                    base,
                    type.equals(BATCH) ? Set.of(value(entry, "fullUrl")) : entries));
          }
        }
      }
      i++;
    }
    return issues;
  }

  private static String value(Element parent, String name) {
    return ValidateRequest.children(parent, name).stream()
        .findFirst()
        .map(child -> child.getAttribute("value"))
        .orElse("");
  }

  /** What is wrong with an entry that is shown, and not to be stored: it may refer to anything. */
  private List<Problem.Issue> shown(String text, EncodingEnum encoding, String at) {
    try {
      return validation.examine(text, read(text, encoding), null, at);
    } catch (Problem nothingReadable) {
      return nothingReadable.within(at).issues();
    }
  }

  /**
   * What is wrong with a Bundle and with what its entries hold, each resource as by itself.
   *
   * @param profile canonical URL of a profile to hold the Bundle to besides; null for none
   * @throws Problem BODY_MALFORMED when nothing can be read
   */
  List<Problem.Issue> ofBundle(
      String text, EncodingEnum encoding, @Nullable String profile, String base) {
    List<Problem.Issue> issues = new ArrayList<>();
    if (encoding == EncodingEnum.XML) {
      Element root = ValidateRequest.root(text);
      List<Problem.Issue> unknown = unknownCodes(root);
      for (Element entry : ValidateRequest.children(root, "entry")) {
        for (Element request : ValidateRequest.children(entry, "request")) {
          ValidateRequest.children(request, "method").stream()
              .filter(method -> !METHODS.contains(method.getAttribute("value")))
              .forEach(method -> method.setAttribute("value", READING));
        }
      }
      Bundle bundle = (Bundle) read(ValidateRequest.text(root), encoding);
      issues.addAll(around(text, bundle, profile, unknown));
      issues.addAll(entries(root, base));
    } else {
      JsonNode root = tree(text);
      List<Problem.Issue> unknown = unknownCodes(root);
      issues.addAll(takeOutUnknown(root));
      for (JsonNode entry : root.path("entry")) {
        if (!unknownMethod(entry.at("/request/method").asText(), 0).isEmpty()) {
          ((ObjectNode) entry.path("request")).put("method", READING);
        }
      }
      Bundle bundle = (Bundle) read(root.toString(), encoding);
      issues.addAll(around(text, bundle, profile, unknown));
      issues.addAll(entries(root, base));
    }
    return errorsFirst(issues);
  }

  /**
   * What is wrong with a Bundle itself.
   *
   * @param bundle what could be read of it, without methods that the engine cannot read
   * @param unknown codes of it that do not exist; nothing else is told of those elements, nor of a
   *     Bundle whose kind nobody knows what goes by the kind
   */
  private List<Problem.Issue> around(
      String text, Bundle bundle, @Nullable String profile, List<Problem.Issue> unknown) {
    Enumeration<Bundle.BundleType> type = bundle.getTypeElement();
    boolean kindless = type != null && type.getValue() == null && type.getValueAsString() != null;
    if (kindless) {
      bundle.setType(Bundle.BundleType.COLLECTION);
    }
    Set<String> told = new HashSet<>();
    unknown.forEach(issue -> told.add(String.valueOf(issue.location())));
    List<Problem.Issue> issues = new ArrayList<>(unknown);
    validation.around(text, reduced(bundle), profile).stream()
        .filter(issue -> !told.contains(String.valueOf(issue.location())))
        .filter(issue -> !kindless || !isByKind(issue))
        .forEach(issues::add);
    return issues;
  }

  private static boolean isByKind(Problem.Issue issue) {
    Problem.Wording wording = issue.wording();
    return wording != null && String.valueOf(wording.rule()).startsWith("bdl-");
  }

  private static JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException malformed) {
      throw Problem.unreadable(null, malformed.getOriginalMessage());
    }
  }

  /** Takes resources of types that FHIR does not have out of a Bundle, and says so of each. */
  private List<Problem.Issue> takeOutUnknown(JsonNode root) {
    List<Problem.Issue> issues = new ArrayList<>();
    int i = 0;
    for (JsonNode entry : root.path("entry")) {
      JsonNode resource = entry.path("resource");
      String type = resource.path("resourceType").asText();
      if (resource.isObject() && !context.getResourceTypes().contains(type)) {
        issues.addAll(
            Problem.at(
                    "Bundle.entry[" + i + "].resource",
                    ProblemCode.TYPE_UNSUPPORTED,
                    Problem.printable(type))
                .issues());
        ((ObjectNode) entry).remove("resource");
      }
      i++;
    }
    return issues;
  }

  /** A Bundle whose resources have type and id only, unless it is looked at as a whole. */
  private Bundle reduced(Bundle bundle) {
    if (bundle.hasType() && LINKED.contains(bundle.getType())) {
      return bundle;
    }
    for (Bundle.BundleEntryComponent entry : bundle.getEntry()) {
      Resource resource = entry.getResource();
      if (resource != null) {
        Resource bare = (Resource) context.getResourceDefinition(resource.fhirType()).newInstance();
        bare.setId(resource.getIdElement().getIdPart());
        entry.setResource(bare);
      }
    }
    return bundle;
  }

  private static List<Problem.Issue> unknownType(String type) {
    return type.isEmpty() || TYPES.contains(type)
        ? List.of()
        : unknownCode("Bundle.type", type, List.of("transaction", BATCH));
  }

  private static List<Problem.Issue> unknownMethod(String method, int entry) {
    return method.isEmpty() || METHODS.contains(method)
        ? List.of()
        : unknownCode("Bundle.entry[" + entry + "].request.method", method, METHODS);
  }

  /** A code outside the resources that decides how the Bundle is carried out. */
  private static List<Problem.Issue> unknownCode(String at, String code, List<String> known) {
    String shown = Problem.printable(code);
    String list = String.join(", ", known);
    return Problem.worded(
            ProblemCode.REQUEST_INVALID,
            at,
            new Bilingual("没有这样的代码：" + shown, "There is no such code: " + shown),
            new Bilingual(
                "请用：" + list + "（区分大小写）。", "Use one of: " + list + ", as they are spelt."))
        .issues();
  }

  private static boolean isStored(String type) {
    return Declared.fromClassPath().stores(type);
  }

  /**
   * What is clean, among what is not, is judged as the write gate would judge it.
   *
   * @param entries {@code fullUrl} of every entry of the same Bundle
   */
  private List<Problem.Issue> examine(
      String text, EncodingEnum encoding, String at, String base, Set<String> entries) {
    Resource resource = strictly(text, encoding);
    List<Problem.Issue> issues = new ArrayList<>();
    if (resource != null) {
      ResourceUtil.addRawDataToResource(resource, encoding, text);
      normal.normalise(resource, base);
      issues.addAll(validation.admit(resource, at));
    } else {
      resource = read(text, encoding);
      issues.addAll(validation.examine(text, resource, null, at));
    }
    issues.addAll(dead(resource, at, base, entries));
    return issues;
  }

  /** References that nobody here could follow, which the write would refuse later than the rest. */
  List<Problem.Issue> dead(Resource resource, String at, String base, Set<String> entries) {
    List<Problem.Issue> issues =
        new ArrayList<>(
            DeadReferences.of(
                resource, at, entries, reference -> NormalSearch.relative(reference, base)));
    issues.addAll(conditions.faults(resource, at.isEmpty() ? resource.fhirType() : at, base));
    return issues;
  }

  /** The resource, when a text is clean; null when it is not. */
  @Nullable Resource strictly(String text, EncodingEnum encoding) {
    if (!validation.slips(text).isEmpty()) {
      return null;
    }
    IParser parser = encoding.newParser(context);
    parser.setParserErrorHandler(new StrictErrorHandler());
    try {
      return (Resource) parser.parseResource(text);
    } catch (DataFormatException | ClassCastException | IllegalArgumentException unclean) {
      return null;
    }
  }

  /**
   * What can be read of a text: its faults are the validator's to tell.
   *
   * @throws Problem BODY_MALFORMED when nothing can
   */
  Resource read(String text, EncodingEnum encoding) {
    IParser parser = encoding.newParser(context);
    parser.setParserErrorHandler(new LenientErrorHandler().setErrorOnInvalidValue(false));
    try {
      return (Resource) parser.parseResource(text);
    } catch (DataFormatException malformed) {
      throw Problem.unreadable(place(text), malformed.getMessage());
    } catch (ClassCastException | NullPointerException | IllegalArgumentException malformed) {
      throw Problem.unreadable(place(text), null); // of what is no object, or no code of the engine
    }
  }

  /** Where a text is first written as FHIR does not write; null when it is nowhere. */
  private @Nullable String place(String text) {
    return validation.slips(text).stream().map(JsonGrammar.Slip::place).findFirst().orElse(null);
  }
}
