package org.hutong.server;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Enumeration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The formats of an answer, and which of them a request asks for (FHIR R4 §3.1.0.1.10 and
 * §3.1.0.1.11): {@code _format} goes before {@code Accept}, and where neither decides the answer is
 * in the format of the body. A browser, which asks for HTML, gets JSON.
 */
enum AnswerFormat {
  JSON("application/fhir+json", Set.of("json", "text/json", "application/json")),
  XML("application/fhir+xml", Set.of("xml", "text/xml", "application/xml"));

  private static final Set<String> ANY =
      Set.of("*/*", "application/*", "text/*", "*", "text/html", "application/xhtml+xml");

  /** FHIR R4 §3.1.0.1.12: the version is named by its first two numbers. */
  private static final Pattern OTHER_FHIR =
      Pattern.compile("(?is).*;[\\s+]*fhirVersion\\s*=(?!\\s*\"?4\\.0\"?\\s*(;|$)).*");

  private final String mediaType;
  private final Set<String> otherNames;

  AnswerFormat(String mediaType, Set<String> otherNames) {
    this.mediaType = mediaType;
    this.otherNames = otherNames;
  }

  String mediaType() {
    return mediaType;
  }

  /** The format of an answer; JSON when the request asks for none that we have. */
  static AnswerFormat of(HttpServletRequest request) {
    AnswerFormat acceptable = acceptable(request);
    return acceptable == null ? JSON : acceptable;
  }

  /**
   * The format that the request asks for; null when it asks only for others. Does not ask the
   * request for parameters, which would make the container read the body.
   */
  static @Nullable AnswerFormat acceptable(HttpServletRequest request) {
    String parameter = formatParameter(request.getQueryString());
    if (parameter != null) {
      return named(parameter);
    }
    AnswerFormat best = null;
    double bestQuality = 0;
    boolean asked = false;
    boolean any = false;
    for (Enumeration<String> headers = request.getHeaders("Accept"); headers.hasMoreElements(); ) {
      for (String range : headers.nextElement().split(",")) {
        if (range.isBlank()) {
          continue;
        }
        asked = true;
        double quality = quality(range);
        AnswerFormat format = named(range);
        if (format != null && quality > bestQuality) {
          best = format;
          bestQuality = quality;
        }
        any |= quality > 0 && ANY.contains(bare(range));
      }
    }
    if (best != null && !asksForHtml(request)) {
      return best;
    }
    return any || best != null || !asked ? ofBody(request) : null;
  }

  private static AnswerFormat ofBody(HttpServletRequest request) {
    String type = request.getContentType();
    return type != null && named(type) == XML ? XML : JSON;
  }

  private static boolean asksForHtml(HttpServletRequest request) {
    for (Enumeration<String> headers = request.getHeaders("Accept"); headers.hasMoreElements(); ) {
      if (headers.nextElement().contains("text/html")) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable AnswerFormat named(String type) {
    if (OTHER_FHIR.matcher(type).matches()) {
      return null;
    }
    String bare = bare(type);
    for (AnswerFormat format : values()) {
      if (format.mediaType.equals(bare) || format.otherNames.contains(bare)) {
        return format;
      }
    }
    return null;
  }

  /** A media type without parameters, in lower case. */
  private static String bare(String type) {
    int end = type.indexOf(';');
    return type.substring(0, end < 0 ? type.length() : end).strip().toLowerCase(Locale.ROOT);
  }

  /** Where the request says what it asks for. */
  static String place(HttpServletRequest request) {
    return formatParameter(request.getQueryString()) == null ? "http.Accept" : "http._format";
  }

  /** What the request asks for, in its own words. */
  static String asked(HttpServletRequest request) {
    String parameter = formatParameter(request.getQueryString());
    return parameter != null ? parameter : String.valueOf(request.getHeader("Accept"));
  }

  /** The value of {@code _format}, where a plus may have been taken for a blank and encoded. */
  private static @Nullable String formatParameter(@Nullable String query) {
    if (query == null) {
      return null;
    }
    for (String parameter : query.split("&")) {
      if (parameter.startsWith("_format=")) {
        return parameter
            .substring("_format=".length())
            .replace("%2F", "/")
            .replace("%2f", "/")
            .replace("%2B", "+")
            .replace("%2b", "+")
            .replace("%3B", ";")
            .replace("%3b", ";")
            .replace("%20", "+");
      }
    }
    return null;
  }

  private static double quality(String range) {
    int at = range.indexOf("q=");
    if (at < 0) {
      return 1;
    }
    int end = range.indexOf(';', at);
    try {
      return Double.parseDouble(range.substring(at + 2, end < 0 ? range.length() : end).strip());
    } catch (NumberFormatException malformed) {
      return 0;
    }
  }
}
