package org.hutong.profiles;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.jspecify.annotations.Nullable;

/**
 * What this server declares in its CapabilityStatement, and therefore offers. The JSON file is the
 * only list of types, interactions, operations and search parameters; the doors, the index and
 * {@code /metadata} are all read from it.
 */
public final class Declared {
  /** The file, on the class path and in the FHIR package. */
  static final String FILE = "/fhir-profiles/capability/CapabilityStatement-hutong.json";

  private static @Nullable Declared instance;

  private final Set<String> systemInteractions;
  private final Map<String, Type> types;

  /**
   * One declared resource type.
   *
   * @param interactions codes of http://hl7.org/fhir/restful-interaction
   * @param operations names without {@code $}
   * @param searchParameters codes to the canonical URLs that define them
   */
  public record Type(
      String name,
      Set<String> interactions,
      Set<String> operations,
      Map<String, String> searchParameters) {}

  private Declared(Set<String> systemInteractions, Map<String, Type> types) {
    this.systemInteractions = systemInteractions;
    this.types = types;
  }

  /** Read once, not when the class is loaded: a start that it refuses must end in a sentence. */
  public static synchronized Declared fromClassPath() {
    Declared known = instance;
    if (known == null) {
      known = read();
      instance = known;
    }
    return known;
  }

  /** Every type for which anything at all is declared. */
  public Set<String> types() {
    return types.keySet();
  }

  /**
   * Whether resources of a type are kept; of some types there are only operations, and others are
   * made of something else when they are asked for.
   */
  public boolean stores(String name) {
    Type type = types.get(name);
    return type != null && type.interactions().contains("create");
  }

  /** The declaration of a type; null when it is not declared. */
  public @Nullable Type type(String name) {
    return types.get(name);
  }

  public boolean system(String interaction) {
    return systemInteractions.contains(interaction);
  }

  /** The statement itself, a fresh copy. */
  public static CapabilityStatement statement(FhirContext context) {
    try (InputStream in = open()) {
      return context.newJsonParser().parseResource(CapabilityStatement.class, in);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + FILE, e);
    }
  }

  private static InputStream open() {
    InputStream in = Declared.class.getResourceAsStream(FILE);
    if (in == null) {
      throw new IllegalStateException("The class path lacks " + FILE);
    }
    return in;
  }

  private static Declared read() {
    try (InputStream in = open()) {
      JsonNode rest = new ObjectMapper().readTree(in).path("rest").path(0);
      Map<String, Type> types = new LinkedHashMap<>();
      for (JsonNode resource : rest.path("resource")) {
        String name = resource.path("type").asText();
        Map<String, String> parameters = new LinkedHashMap<>();
        for (JsonNode parameter : resource.path("searchParam")) {
          parameters.put(parameter.path("name").asText(), parameter.path("definition").asText());
        }
        types.put(
            name,
            new Type(
                name,
                texts(resource.path("interaction"), "code"),
                texts(resource.path("operation"), "name"),
                Collections.unmodifiableMap(parameters)));
      }
      return new Declared(
          texts(rest.path("interaction"), "code"), Collections.unmodifiableMap(types));
    } catch (IOException notJson) {
      throw PackageCheck.broken(
          FILE.replace("/fhir-profiles/", ""),
          "it is no JSON: " + String.valueOf(notJson.getMessage()).lines().findFirst().orElse(""),
          notJson);
    }
  }

  private static Set<String> texts(JsonNode array, String field) {
    Set<String> texts = new LinkedHashSet<>();
    array.forEach(node -> texts.add(node.path(field).asText()));
    return Collections.unmodifiableSet(texts);
  }
}
