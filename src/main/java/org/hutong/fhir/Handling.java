package org.hutong.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.List;
import java.util.Locale;

/**
 * What a client wants done about a part of its request that cannot be carried out as it stands
 * ({@code Prefer: handling=…}, FHIR R4 §3.1.1.1.3).
 */
public enum Handling {
  STRICT,
  LENIENT,
  UNSAID;

  /** What the request says, in any of its headers {@code Prefer}; the first word counts. */
  public static Handling of(RequestDetails request) {
    List<String> headers = request.getHeaders("Prefer");
    for (String preference :
        String.join(",", headers == null ? List.of() : headers).split("[,;]")) {
      switch (preference.replaceAll("\\s", "").toLowerCase(Locale.ROOT)) {
        case "handling=strict" -> {
          return STRICT;
        }
        case "handling=lenient" -> {
          return LENIENT;
        }
        default -> {}
      }
    }
    return UNSAID;
  }
}
