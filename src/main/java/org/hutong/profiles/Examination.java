package org.hutong.profiles;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.LenientErrorHandler;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.util.ResourceUtil;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Problem;
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

  private final FhirContext context;
  private final Validation validation;
  private final NormalResource normal;

  Examination(FhirContext context, Validation validation, NormalResource normal) {
    this.context = context;
    this.validation = validation;
    this.normal = normal;
  }

  /** Whether what is posted or put to a path below the server's base is stored. */
  public static boolean stores(String path) {
    return STORING.matcher(path).matches();
  }

  /**
   * What is wrong with a resource, or with the resources that a Bundle would store: the same as
   * {@code $validate} says of each.
   *
   * @param base URL of the server, as the client calls it
   * @return errors first; empty when nothing is found, or it is nothing that could be stored
   */
  public List<Problem.Issue> of(String text, EncodingEnum encoding, String base) {
    List<Problem.Issue> issues;
    try {
      issues = encoding == EncodingEnum.XML ? xml(text, base) : json(text, base);
    } catch (Problem unreadable) {
      return List.of();
    }
    return issues.stream().sorted(Comparator.comparing(Problem.Issue::warning)).toList();
  }

  /** The same of a text that may be clean; nothing is said of one that is. */
  public List<Problem.Issue> ofUnclean(String text, EncodingEnum encoding, String base) {
    return strictly(text, encoding) == null ? of(text, encoding, base) : List.of();
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
      return isStored(type) ? examine(text, EncodingEnum.JSON, "", base) : List.of();
    }
    List<Problem.Issue> issues = new ArrayList<>(validation.slips(text, new Bundle(), ENTRY));
    int i = 0;
    for (JsonNode entry : root.path("entry")) {
      JsonNode resource = entry.path("resource");
      if (STORES.contains(entry.at("/request/method").asText())
          && isStored(resource.path("resourceType").asText())) {
        issues.addAll(
            examine(
                resource.toString(), EncodingEnum.JSON, "Bundle.entry[" + i + "].resource", base));
      }
      i++;
    }
    return issues;
  }

  private List<Problem.Issue> xml(String text, String base) {
    Element root = ValidateRequest.root(text);
    if (!"Bundle".equals(root.getLocalName())) {
      return isStored(root.getLocalName()) ? examine(text, EncodingEnum.XML, "", base) : List.of();
    }
    List<Problem.Issue> issues = new ArrayList<>(validation.slips(text, new Bundle(), ENTRY));
    int i = 0;
    for (Element entry : ValidateRequest.children(root, "entry")) {
      for (Element holder : ValidateRequest.children(entry, "resource")) {
        for (Element resource : ValidateRequest.children(holder, null)) {
          if (isStored(resource.getLocalName())) {
            issues.addAll(
                examine(
                    ValidateRequest.text(resource),
                    EncodingEnum.XML,
                    "Bundle.entry[" + i + "].resource",
                    base));
          }
        }
      }
      i++;
    }
    return issues;
  }

  private static boolean isStored(String type) {
    return Declared.fromClassPath().stores(type);
  }

  /** What is clean, among what is not, is judged as the write gate would judge it. */
  private List<Problem.Issue> examine(String text, EncodingEnum encoding, String at, String base) {
    Resource clean = strictly(text, encoding);
    if (clean != null) {
      ResourceUtil.addRawDataToResource(clean, encoding, text);
      normal.normalise(clean, base);
      return validation.admit(clean, at);
    }
    return validation.examine(text, read(text, encoding), null, at);
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
    } catch (DataFormatException | ClassCastException unclean) {
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
    } catch (DataFormatException | ClassCastException malformed) {
      throw Problem.unreadable(null, malformed.getMessage());
    }
  }
}
