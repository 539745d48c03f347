package org.hutong.server;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;

/**
 * The formats in which a body is taken in.
 *
 * <p>FHIR R4 §3.1.0.1.10 names application/fhir+json and application/fhir+xml, and has servers read
 * the generic application/json, text/json, application/xml and text/xml as these. The names of
 * DSTU2 (application/json+fhir) are refused.
 */
enum BodyFormat {
  JSON("application/fhir+json"),
  XML("application/fhir+xml"),
  JSON_PATCH("application/json-patch+json"),
  XML_PATCH("application/xml-patch+xml"),
  FORM("application/x-www-form-urlencoded"),
  CSV("text/csv");

  private static final Map<String, BodyFormat> OF_RESOURCE =
      Map.of(
          "application/fhir+json", JSON,
          "application/json", JSON,
          "text/json", JSON,
          "application/fhir+xml", XML,
          "application/xml", XML,
          "text/xml", XML);

  private static final Map<String, BodyFormat> OF_PATCH =
      Map.of(
          "application/json-patch+json", JSON_PATCH,
          "application/xml-patch+xml", XML_PATCH,
          "application/fhir+json", JSON,
          "application/fhir+xml", XML);

  private static final Map<String, BodyFormat> OF_SEARCH =
      Map.of("application/x-www-form-urlencoded", FORM);

  private static final Map<String, BodyFormat> OF_TABLE = new LinkedHashMap<>(OF_RESOURCE);

  static {
    OF_TABLE.put("text/csv", CSV);
  }

  /** What a body is there for. */
  enum Use {
    RESOURCE(OF_RESOURCE),
    PATCH(OF_PATCH),
    SEARCH(OF_SEARCH),
    /** An operation that takes a table in, whose encoding it finds out itself. */
    TABLE(OF_TABLE);

    private final Map<String, BodyFormat> allowed;

    Use(Map<String, BodyFormat> allowed) {
      this.allowed = allowed;
    }
  }

  private final String mediaType;

  BodyFormat(String mediaType) {
    this.mediaType = mediaType;
  }

  /** The one name under which the stages behind the intake see this format. */
  String mediaType() {
    return mediaType;
  }

  /**
   * The format that a header declares.
   *
   * @param contentType the header {@code Content-Type} (RFC 9110 §8.3)
   * @throws Problem MEDIA_TYPE_MISSING, or MEDIA_TYPE_UNSUPPORTED when it names another format or a
   *     charset other than UTF-8
   */
  static BodyFormat of(@Nullable String contentType, Use use) {
    if (contentType == null || contentType.isBlank()) {
      throw missing(use);
    }
    Map<String, BodyFormat> allowed = use.allowed;
    String[] parts = contentType.toLowerCase(Locale.ROOT).split(";");
    BodyFormat format = parts.length == 0 ? null : allowed.get(parts[0].strip());
    if (format == null) {
      throw unsupported(contentType, allowed);
    }
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.startsWith("fhirversion=") && !parameter.endsWith("=4.0")) {
        throw unsupported(contentType, allowed);
      }
      if (format != CSV
          && parameter.startsWith("charset=")
          && !utf8(parameter.substring("charset=".length()))) {
        throw unsupported(contentType, allowed);
      }
    }
    return format;
  }

  /** MEDIA_TYPE_MISSING, with the types that would do. */
  static Problem missing(Use use) {
    String allowed = names(use.allowed);
    return Problem.at("http.Content-Type", ProblemCode.MEDIA_TYPE_MISSING, allowed);
  }

  private static boolean utf8(String charset) {
    String bare = charset.replace("\"", "").strip();
    return bare.equals("utf-8") || bare.equals("utf8");
  }

  private static Problem unsupported(String contentType, Map<String, BodyFormat> allowed) {
    return Problem.at(
        "http.Content-Type",
        ProblemCode.MEDIA_TYPE_UNSUPPORTED,
        Malformed.printable(contentType),
        names(allowed));
  }

  private static String names(Map<String, BodyFormat> allowed) {
    return Arrays.stream(values())
        .filter(allowed::containsValue)
        .map(BodyFormat::mediaType)
        .collect(Collectors.joining(", "));
  }
}
