package org.hutong.store;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.param.DateParam;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.param.HasParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.server.util.ICachedSearchDetails;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Stage;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Stage WHOLE_PERIODS: a year, a month or a day in a search means all of it (FHIR R4 §3.1.1.4.5),
 * as the days of Beijing are counted. HAPI leaves out most of a year or month after {@code ge} and
 * {@code le}, and takes a day of {@code _lastUpdated} for the fifty hours that it lasts somewhere
 * on earth.
 *
 * <p>It works on what has been parsed, so that it meets every search: a request, an entry of a
 * Bundle, the condition of a write; in them a parameter, a chain or a {@code _has}.
 */
@Component
@Interceptor(order = Stage.WHOLE_PERIODS)
class WholePeriods implements EngineStage {
  private static final String FIRST = "T00:00:00.000+08:00";
  private static final String LAST = "T23:59:59.999+08:00";

  private static final Pattern PERIOD =
      Pattern.compile("([a-z]{2})?([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?");

  private final ISearchParamRegistry parameters;

  WholePeriods(ISearchParamRegistry parameters) {
    this.parameters = parameters;
  }

  /** What the last name of a chain or of a {@code _has} stands for. */
  private enum Leaf {
    DATE,
    UPDATED,
    OTHER
  }

  @Hook(Pointcut.STORAGE_PRESEARCH_REGISTERED)
  public void bound(SearchParameterMap search, ICachedSearchDetails details) {
    for (Map.Entry<String, List<List<IQueryParameterType>>> parameter : search.entrySet()) {
      String code = parameter.getKey();
      parameter.setValue(
          parameter.getValue().stream()
              .map(alternatives -> bounded(details.getResourceType(), code, alternatives))
              .collect(Collectors.toCollection(ArrayList::new)));
    }
    DateRangeParam updated = search.getLastUpdated();
    if (updated != null) {
      toInstant(updated.getLowerBound(), "ge");
      toInstant(updated.getUpperBound(), "le");
    }
  }

  private List<IQueryParameterType> bounded(
      String type, String code, List<IQueryParameterType> values) {
    List<IQueryParameterType> bounded = new ArrayList<>();
    values.forEach(value -> bounded.add(bounded(type, code, value)));
    return bounded;
  }

  private IQueryParameterType bounded(String type, String code, IQueryParameterType value) {
    if (value instanceof DateParam date && date.getMissing() == null && !date.isEmpty()) {
      return new DateParam(wholePeriod(prefix(date) + date.getValueAsString()));
    }
    if (value instanceof ReferenceParam reference && reference.hasChain()) {
      String target = reference.getResourceType();
      String path = code + (target == null ? "" : ":" + target) + "." + reference.getChain();
      if (leaf(List.of(type), path) == Leaf.DATE) {
        return new ReferenceParam(target, reference.getChain(), wholePeriod(reference.getValue()));
      }
    }
    if (value instanceof HasParam has) {
      String asked = has.getParameterValue();
      String searched =
          switch (leaf(List.of(has.getTargetResourceType()), has.getParameterName())) {
            case DATE -> wholePeriod(asked);
            case UPDATED -> instant(asked, "");
            case OTHER -> asked;
          };
      return new HasParam(
          has.getTargetResourceType(),
          has.getReferenceFieldName(),
          has.getParameterName(),
          searched);
    }
    return value;
  }

  private Leaf leaf(Collection<String> types, String path) {
    if (path.startsWith(Constants.PARAM_HAS + ":")) {
      String[] has = path.split(":", 4);
      return has.length < 4 ? Leaf.OTHER : leaf(List.of(has[1]), has[3]);
    }
    if (path.equals(Constants.PARAM_LASTUPDATED)) {
      return Leaf.UPDATED;
    }
    String[] steps = path.split("\\.", 2);
    String[] step = steps[0].split(":", 2);
    for (String type : types) {
      RuntimeSearchParam parameter =
          parameters.getActiveSearchParam(type, step[0], SearchParamLookupContextEnum.SEARCH);
      if (parameter == null) {
        continue;
      }
      if (steps.length == 1) {
        if (parameter.getParamType() == RestSearchParameterTypeEnum.DATE) {
          return Leaf.DATE;
        }
      } else {
        Leaf leaf = leaf(step.length == 1 ? parameter.getTargets() : List.of(step[1]), steps[1]);
        if (leaf != Leaf.OTHER) {
          return leaf;
        }
      }
    }
    return Leaf.OTHER;
  }

  /** An indexed date is compared by days: the first or last of a year or month is enough. */
  static String wholePeriod(String value) {
    Matcher matcher = PERIOD.matcher(value);
    if (!matcher.matches() || matcher.group(4) != null) {
      return value;
    }
    return switch (String.valueOf(matcher.group(1))) {
      case "ge" -> edge(matcher, false, "");
      case "le" -> edge(matcher, true, "");
      default -> value;
    };
  }

  /**
   * The first or last millisecond of a year, month or day in Beijing, whichever the prefix compares
   * with; {@code eq} and {@code ne}, which have two sides, stay as they are.
   *
   * @param side the prefix to go by when there is none, or one with two sides
   */
  static String instant(String value, String side) {
    Matcher matcher = PERIOD.matcher(value);
    if (!matcher.matches()) {
      return value;
    }
    String prefix = matcher.group(1) == null ? "" : matcher.group(1);
    return switch (prefix.isEmpty() || prefix.equals("eq") || prefix.equals("ne") ? side : prefix) {
      case "ge", "lt", "eb" -> edge(matcher, false, FIRST);
      case "le", "gt", "sa" -> edge(matcher, true, LAST);
      default -> value;
    };
  }

  private static void toInstant(@Nullable DateParam bound, String side) {
    if (bound != null && bound.getMissing() == null && !bound.isEmpty()) {
      String asked = prefix(bound) + bound.getValueAsString();
      bound.setValueAsQueryToken(null, Constants.PARAM_LASTUPDATED, null, instant(asked, side));
    }
  }

  private static String edge(Matcher period, boolean last, String time) {
    int year = Integer.parseInt(period.group(2));
    try {
      LocalDate day =
          period.group(3) == null
              ? LocalDate.of(year, last ? 12 : 1, 1)
              : LocalDate.of(year, Integer.parseInt(period.group(3)), 1);
      day =
          period.group(4) != null
              ? day.withDayOfMonth(Integer.parseInt(period.group(4)))
              : last ? day.with(TemporalAdjusters.lastDayOfMonth()) : day;
      return (period.group(1) == null ? "" : period.group(1)) + day + time;
    } catch (DateTimeException noSuchDay) {
      return period.group(); // the engine says what is wrong with it
    }
  }

  private static String prefix(DateParam date) {
    return date.getPrefix() == null ? "" : date.getPrefix().getValue();
  }
}
