package org.hutong.server;

import java.util.Locale;
import java.util.Map;
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
  FORM("application/x-www-form-urlencoded");

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
  static BodyFormat of(@Nullable String contentType, boolean patch, boolean search) {
    if (contentType == null || contentType.isBlank()) {
      throw Problem.at("http.Content-Type", ProblemCode.MEDIA_TYPE_MISSING);
    }
    String[] parts = contentType.toLowerCase(Locale.ROOT).split(";");
    Map<String, BodyFormat> allowed = search ? OF_SEARCH : patch ? OF_PATCH : OF_RESOURCE;
    BodyFormat format = parts.length == 0 ? null : allowed.get(parts[0].strip());
    if (format == null) {
      throw unsupported(contentType);
    }
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.startsWith("charset=") && !utf8(parameter.substring("charset=".length()))) {
        throw unsupported(contentType);
      }
    }
    return format;
  }

  private static boolean utf8(String charset) {
    String bare = charset.replace("\"", "").strip();
    return bare.equals("utf-8") || bare.equals("utf8");
  }

  private static Problem unsupported(String contentType) {
    return Problem.at(
        "http.Content-Type", ProblemCode.MEDIA_TYPE_UNSUPPORTED, Malformed.printable(contentType));
  }
}
