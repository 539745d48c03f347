package org.hutong.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Stage;

/**
 * Stage PAGE_LINKS: the links to other pages of a search that was sent by POST are sealed. The
 * engine would write its form into them, for a GET of {@code _search}, which does not exist.
 */
@Interceptor(order = Stage.PAGE_LINKS)
class PageStage implements EngineStage {
  private static final String SEARCH = "/_search";
  private static final Set<String> OTHER_PAGES = Set.of("next", "previous");

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
      String query = url.length < 2 ? "" : url[1];
      if (!OTHER_PAGES.contains(link.getRelation())) {
        link.setUrl(query.isEmpty() ? page : page + "?" + query);
        continue;
      }
      String sealed = page + "?" + PageSeal.PARAMETER + "=" + seal.seal(type, query);
      // Too long for a URL: the client repeats its form there.
      link.setUrl(sealed.length() <= LONGEST ? sealed : page + SEARCH + "?" + offset(query));
    }
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
