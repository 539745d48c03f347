package org.hutong.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.util.UrlUtil;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Stage;

/**
 * Stage PAGE_LINKS: the links to the pages of a search that was sent by POST are sealed, that to
 * the page itself included. The engine would write its form into them, for a GET of {@code
 * _search}, which does not exist.
 */
@Interceptor(order = Stage.PAGE_LINKS)
class PageStage implements EngineStage {
  private static final String SEARCH = "/_search";

  /** Characters of a link that every HTTP program takes. */
  private static final int LONGEST = 4_000;

  private final PageSeal seal;

  PageStage(PageSeal seal) {
    this.seal = seal;
  }

  @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
  public void links(RequestDetails details, IBaseResource answer, HttpServletRequest request) {
    boolean posted =
        Doors.segments(String.valueOf(details.getRequestPath())).contains(SEARCH.substring(1));
    if (!(posted || request.getAttribute(PageSeal.PARAMETER) != null)
        || !(answer instanceof Bundle bundle)) {
      return;
    }
    String type = String.valueOf(details.getResourceName());
    for (Bundle.BundleLinkComponent link : bundle.getLink()) {
      String[] url = link.getUrl().split("\\?", 2);
      String page = url[0].replaceFirst(SEARCH + "/?$", "");
      String query =
          link.getRelation().equals(IBaseBundle.LINK_SELF)
              ? query(details.getParameters())
              : url.length < 2 ? "" : url[1];
      String sealed = page + "?" + PageSeal.PARAMETER + "=" + seal.seal(type, query);
      // Too long for a URL: the client repeats its form there.
      link.setUrl(sealed.length() <= LONGEST ? sealed : page + SEARCH + "?" + offset(query));
    }
  }

  /** What was asked for; the engine leaves it out of the link of a POST to itself. */
  private static String query(Map<String, String[]> parameters) {
    List<String> pairs = new ArrayList<>();
    parameters.forEach(
        (name, values) -> {
          for (String value : values) {
            pairs.add(UrlUtil.escapeUrlParam(name) + "=" + UrlUtil.escapeUrlParam(value));
          }
        });
    return String.join("&", pairs);
  }

  private static String offset(String query) {
    for (String parameter : query.split("&")) {
      if (parameter.startsWith("_offset=")) {
        return parameter;
      }
    }
    return "";
  }
}
