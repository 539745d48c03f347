package org.hutong.server;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;

/**
 * The version that {@code If-Match} names (FHIR R4 §3.1.0.1.3): one entity tag of ours, weak or
 * strong.
 */
record ETag(String version) {
  private static final Pattern OURS = Pattern.compile("\\s*(?:W/)?\"([0-9]+)\"\\s*");

  /**
   * Reads it; null when there is none.
   *
   * @param location where it stands in the request
   * @throws Problem REQUEST_INVALID when it is none that this server gives
   */
  static @Nullable ETag of(@Nullable String ifMatch, String location) {
    if (ifMatch == null) {
      return null;
    }
    Matcher matcher = OURS.matcher(ifMatch);
    if (!matcher.matches()) {
      throw Problem.worded(
          ProblemCode.REQUEST_INVALID,
          location,
          new Bilingual(
              "If-Match 的值“" + Problem.printable(ifMatch) + "”不是本服务器的 ETag",
              "The value \""
                  + Problem.printable(ifMatch)
                  + "\" of If-Match is no ETag of this server"),
          new Bilingual(
              "请填写读取时所得的一个 ETag，如 W/\"1\"。", "Give one ETag as it was read, such as W/\"1\"."));
    }
    return new ETag(matcher.group(1));
  }

  boolean names(IIdType current) {
    return version.equals(current.getVersionIdPart());
  }
}
