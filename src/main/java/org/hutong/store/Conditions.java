package org.hutong.store;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.dao.NonPersistedSearch;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.util.ICachedSearchDetails;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.HalfWidth;
import org.hutong.fhir.IdentityNumber;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.fhir.Stage;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Stage CONDITIONS: notes what a request will look for and change, so that {@link WritesInTurn}
 * lets one after the other do it.
 */
@Component
@Interceptor(order = Stage.CONDITIONS)
class Conditions implements EngineStage {
  private static final String IDENTIFIER = "identifier=";
  private static final String NOTED = Conditions.class.getName();

  private static final Set<RestOperationTypeEnum> CHANGES =
      Set.of(
          RestOperationTypeEnum.UPDATE, RestOperationTypeEnum.PATCH, RestOperationTypeEnum.DELETE);

  private static final Set<Bundle.HTTPVerb> CHANGING_VERBS =
      Set.of(Bundle.HTTPVerb.PUT, Bundle.HTTPVerb.PATCH, Bundle.HTTPVerb.DELETE);

  /** What was noted of a request; null is a request of the engine itself. */
  static Claims of(@Nullable RequestDetails request) {
    return request != null && request.getUserData().get(NOTED) instanceof Claims noted
        ? noted
        : Claims.NONE;
  }

  /** A write alone, when its body has been read. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
  public void alone(RequestDetails request, RestOperationTypeEnum operation) {
    boolean changes = CHANGES.contains(operation);
    String type = request.getResourceName();
    if (type == null || !changes && operation != RestOperationTypeEnum.CREATE) {
      return;
    }
    Claims claims = new Claims();
    String condition = request.getConditionalUrl(operation);
    if (condition != null) {
      claims.condition(type, condition, changes, (Resource) request.getResource());
    } else if (changes && request.getId() != null) {
      claims.resource(request.getId().getIdPart());
    }
    request.getUserData().put(NOTED, claims);
  }

  /**
   * The entries of a transaction; called for each entry of a batch as well. Two entries with one
   * condition are refused: what the first does decides what the second finds, and the engine, which
   * compares letter by letter, would drop one of them or stumble.
   */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void entries(RequestDetails request, IBaseBundle posted) {
    Map<String, List<String>> places = new LinkedHashMap<>();
    Claims claims = new Claims();
    Bundle bundle = (Bundle) posted;
    if (bundle.getType() == Bundle.BundleType.TRANSACTION) {
      for (int i = 0; i < bundle.getEntry().size(); i++) {
        Bundle.BundleEntryComponent entry = bundle.getEntry().get(i);
        Bundle.BundleEntryRequestComponent asked = entry.getRequest();
        boolean changes = CHANGING_VERBS.contains(asked.getMethod());
        String[] url = asked.getUrl().split("\\?", 2);
        String[] path = url[0].replaceAll("^/|/$", "").split("/");
        String at = "Bundle.entry[" + i + "].request.";
        if (asked.hasIfNoneExist() && asked.getMethod() == Bundle.HTTPVerb.POST) {
          note(places, spelled(path[0], asked.getIfNoneExist()), at + "ifNoneExist");
          claims.condition(path[0], asked.getIfNoneExist(), false, entry.getResource());
        } else if (changes && url.length == 2) {
          note(places, spelled(path[0], url[1]), at + "url");
          claims.condition(
              path[0],
              url[1],
              true,
              asked.getMethod() == Bundle.HTTPVerb.PUT ? entry.getResource() : null);
        } else if (changes && path.length == 2) {
          claims.resource(path[1]);
        }
      }
    }
    List<Problem.Issue> repeated =
        places.values().stream()
            .filter(of -> of.size() > 1)
            .flatMap(of -> of.stream().map(at -> repeated(at, of)))
            .toList();
    if (!repeated.isEmpty()) {
      throw new Problem(repeated);
    }
    request.getUserData().put(NOTED, claims);
  }

  /**
   * Of a condition in a transaction that is one token parameter the engine (HAPI 8.8) looks for the
   * first value only, be there others that may match as well, or that must: it would create what is
   * there, or change another. Said twice over, which changes nothing of what it means, it evaluates
   * the whole of it.
   */
  @Hook(Pointcut.STORAGE_PRESEARCH_REGISTERED)
  public void whole(
      @Nullable RequestDetails request, ICachedSearchDetails search, SearchParameterMap condition) {
    if (request == null
        || request.getRestOperationType() != RestOperationTypeEnum.TRANSACTION
        || !(search instanceof NonPersistedSearch)
        || condition.values().size() != 1) {
      return;
    }
    List<List<IQueryParameterType>> all = condition.values().iterator().next();
    if (all.stream().mapToInt(List::size).sum() > 1) {
      List<IQueryParameterType> first = new ArrayList<>(all.get(0));
      first.add(first.get(0));
      all.set(0, first);
      all.add(new ArrayList<>(first));
    }
  }

  private static void note(Map<String, List<String>> places, String condition, String at) {
    places.computeIfAbsent(condition, first -> new ArrayList<>()).add(at);
  }

  /** What is wrong at one of the places that have the same condition. */
  private static Problem.Issue repeated(String at, List<String> places) {
    String others =
        places.stream().filter(other -> !other.equals(at)).collect(Collectors.joining(", "));
    return Problem.worded(
            ProblemCode.REQUEST_INVALID,
            at,
            new Bilingual(
                "事务中另有条目的条件与此相同（写法不同也算相同）：" + others,
                "The transaction has the same condition elsewhere, be it in another spelling: "
                    + others),
            new Bilingual(
                "一个条件只用于一个条目：请合并这些条目，其他条目以 fullUrl 引用它；或改用 batch。",
                "Have one entry for each condition: merge these, and let others refer to the"
                    + " fullUrl of that entry; or send a batch."))
        .issues()
        .get(0);
  }

  /** The one spelling of a condition. */
  private static String spelled(String type, String condition) {
    Set<String> pairs = new TreeSet<>();
    for (String pair : condition.substring(condition.indexOf('?') + 1).split("&")) {
      try {
        pairs.add(person(URLDecoder.decode(pair, StandardCharsets.UTF_8)));
      } catch (IllegalArgumentException malformed) {
        pairs.add(pair); // Whoever carries the condition out refuses it.
      }
    }
    return type.replaceAll("^/|/$", "") + "?" + String.join("&", pairs);
  }

  /**
   * The bare number of an identity card is that of the card, in 15 digits as in 18 characters: who
   * asks by the one waits for who asks by the other.
   */
  private static String person(String pair) {
    if (!pair.startsWith(IDENTIFIER)) {
      return pair;
    }
    Set<String> alternatives = new TreeSet<>();
    for (String value : pair.substring(IDENTIFIER.length()).split(",")) {
      String number = IdentityNumber.normal(HalfWidth.of(value));
      alternatives.add(IdentityNumber.isOne(number) ? Canonical.ID_CARD + "|" + number : value);
    }
    return IDENTIFIER + String.join(",", alternatives);
  }
}
