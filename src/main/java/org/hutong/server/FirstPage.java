package org.hutong.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.r4.model.Bundle;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Problem;
import org.hutong.fhir.Stage;

/**
 * Stage FIRST_PAGE: makes the first page of a search one like the others, from offset 0, whether it
 * is asked for alone or as an entry of a Bundle, and keeps every page within its size. Without an
 * offset HAPI cuts a page after as many rows as were asked for, includes counted; a size it
 * believes whatever it is.
 */
@Interceptor(order = Stage.FIRST_PAGE)
class FirstPage implements EngineStage {
  /** Resources in one page when the caller does not say. */
  static final int DEFAULT = 20;

  /** Resources in one page at most. */
  static final int LARGEST = 500;

  private static final String COUNT = "_count";
  private static final String OFFSET = "_offset";
  private static final String SUMMARY = "_summary";

  /** A size that is no page's, for those who would rather be refused than get a smaller one. */
  static List<Problem.Issue> faults(Map<String, ? extends Collection<String>> query) {
    Collection<String> count = query.get(COUNT);
    return count != null && count.stream().anyMatch(FirstPage::tooLarge)
        ? Problem.parameterInvalid(COUNT, String.join(",", count), "0 … " + LARGEST).issues()
        : List.of();
  }

  @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
  public boolean begin(RequestDetails request) {
    RestOperationTypeEnum operation = request.getRestOperationType();
    boolean search = operation == RestOperationTypeEnum.SEARCH_TYPE;
    if (search || operation == RestOperationTypeEnum.HISTORY_INSTANCE) {
      List<Parameter> given = new ArrayList<>();
      request
          .getParameters()
          .forEach(
              (name, values) -> {
                for (String value : values) {
                  given.add(new Parameter(name, value));
                }
              });
      Map<String, List<String>> fit = new LinkedHashMap<>();
      for (Parameter parameter : fit(given, search)) {
        fit.computeIfAbsent(parameter.name(), name -> new ArrayList<>()).add(parameter.value());
      }
      Map<String, String[]> parameters = new LinkedHashMap<>();
      fit.forEach((name, values) -> parameters.put(name, values.toArray(String[]::new)));
      request.setParameters(parameters);
    }
    return true;
  }

  /** The entries of a transaction; called for each entry of a batch as well. */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void entries(IBaseBundle posted) {
    Bundle bundle = (Bundle) posted;
    if (bundle.getType() == Bundle.BundleType.BATCH) {
      return;
    }
    for (Bundle.BundleEntryComponent entry : bundle.getEntry()) {
      Bundle.BundleEntryRequestComponent request = entry.getRequest();
      if (request.getMethod() == Bundle.HTTPVerb.GET) {
        String[] url = request.getUrl().split("\\?", 2);
        List<String> path = Doors.segments(url[0]);
        boolean search = path.size() == 1 && !path.get(0).equals("metadata");
        if (search || path.get(path.size() - 1).equals("_history")) {
          String query = fit(url.length < 2 ? "" : url[1], search);
          request.setUrl(query.isEmpty() ? url[0] : url[0] + "?" + query);
        }
      }
    }
  }

  /** What needs no change stays letter by letter: the engine decodes it in its own way. */
  private static String fit(String query, boolean search) {
    List<Parameter> given = new ArrayList<>();
    for (String pair : query.split("&")) {
      if (!pair.isEmpty()) {
        String[] sides = pair.split("=", 2);
        given.add(
            new Parameter(decoded(sides[0]), decoded(sides.length < 2 ? "" : sides[1]), pair));
      }
    }
    return fit(given, search).stream().map(Parameter::pair).collect(Collectors.joining("&"));
  }

  /**
   * As they are carried out: none at all is a count (FHIR R4 §3.1.1.5.6), too many are the most.
   */
  private static List<Parameter> fit(List<Parameter> given, boolean search) {
    boolean none =
        search
            && given.stream()
                .anyMatch(one -> one.name().equals(COUNT) && Integer.parseInt(one.value()) == 0);
    boolean begun = false;
    List<Parameter> fit = new ArrayList<>();
    for (Parameter one : given) {
      begun |= one.name().equals(OFFSET);
      if (none && (one.name().equals(COUNT) || one.name().equals(SUMMARY))) {
        continue;
      }
      fit.add(
          one.name().equals(COUNT) && tooLarge(one.value())
              ? new Parameter(COUNT, String.valueOf(LARGEST))
              : one);
    }
    if (none) {
      fit.add(new Parameter(SUMMARY, "count"));
    }
    if (search && !begun) {
      fit.add(new Parameter(OFFSET, "0"));
    }
    return fit;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static boolean tooLarge(String count) {
    return Integer.parseInt(count) > LARGEST;
  }

  /**
   * A parameter.
   *
   * @param pair how it stands in a URL
   */
  private record Parameter(String name, String value, String pair) {
    Parameter(String name, String value) {
      this(name, value, name + "=" + value);
    }
  }
}
