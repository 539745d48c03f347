package org.hutong.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.regex.Pattern;

/**
 * The institution for which a request is made, by its code (for instance its unified social credit
 * code, GB 32100). It becomes the owner of what the request creates.
 *
 * @param code 2 to 32 upper-case letters, digits or hyphens
 */
public record Institution(String code) {
  /** The request header that names the institution until tokens do. */
  public static final String HEADER = "X-Hutong-Institution";

  /** The servlet request attribute under which the institution travels. */
  public static final String ATTRIBUTE = Institution.class.getName();

  private static final Pattern CODE = Pattern.compile("[0-9A-Z][0-9A-Z-]{1,31}");

  public Institution {
    if (!CODE.matcher(code).matches()) {
      throw new IllegalArgumentException("not an institution code");
    }
  }

  /** The institution for which a request of the engine is made. */
  public static Institution of(RequestDetails request) {
    if (request.getAttribute(ATTRIBUTE) instanceof Institution institution) {
      return institution;
    }
    throw new IllegalStateException("A write must say for which institution it is made");
  }
}
