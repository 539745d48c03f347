package org.hutong.store;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamDate;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamString;
import ca.uhn.fhir.jpa.model.entity.StorageSettings;
import ca.uhn.fhir.jpa.searchparam.extractor.SearchParamExtractorR4;
import ca.uhn.fhir.util.StringUtil;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hutong.fhir.AddressIndex;
import org.hutong.fhir.Facts;
import org.hutong.fhir.NameIndex;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is indexed without the FHIRPath engine where the path is nothing but element names:
 * {@code Observation.code}. A path that goes on ({@code Observation.subject.where(resolve() is
 * Patient)}) is left to the engine, unless the elements at its head are absent, when it finds
 * nothing. A test compares both ways over every indexed path.
 */
public class ElementPaths extends SearchParamExtractorR4 {
  /** Element names at the head of a path, then whatever follows. */
  private static final Pattern HEAD =
      Pattern.compile("([A-Z][A-Za-z]+)((?:\\.[a-z][A-Za-z]*(?![A-Za-z(]))+)(.*)", Pattern.DOTALL);

  private static final LocalTime LAST = LocalTime.of(23, 59, 59, 999_000_000);

  /** From this day on all calendars here agree. */
  private static final int GREGORIAN = 1582_10_16;

  private final FhirContext context;
  private final PartitionSettings partitions;
  private final StorageSettings settings;
  private final ConcurrentMap<String, Plan> plans = new ConcurrentHashMap<>();

  /**
   * A path as it is walked.
   *
   * @param type resource type; empty when the path is the engine's business altogether
   * @param whole whether the element names are the whole path
   */
  private record Plan(String type, List<String> elements, boolean whole) {}

  public ElementPaths(FhirContext context, PartitionSettings partitions, StorageSettings settings) {
    this.context = context;
    this.partitions = partitions;
    this.settings = settings;
  }

  @Override
  public IValueExtractor getPathValueExtractor(IBase resource, String path) {
    IValueExtractor engine = super.getPathValueExtractor(resource, path);
    Plan plan = plans.computeIfAbsent(path, ElementPaths::plan);
    if (!resource.fhirType().equals(plan.type())) {
      return engine;
    }
    return () -> {
      List<IBase> found = walk(resource, plan.elements());
      return plan.whole() || found.isEmpty() ? found : engine.get();
    };
  }

  /** Names and addresses are found in more ways than the engine knows (decision 0020). */
  @Override
  public SearchParamSet<ResourceIndexedSearchParamString> extractSearchParamStrings(
      IBaseResource resource, ISearchParamFilter filter) {
    String type = resource.fhirType();
    List<RuntimeSearchParam> names = new ArrayList<>();
    boolean[] addresses = {false};
    SearchParamSet<ResourceIndexedSearchParamString> found =
        super.extractSearchParamStrings(
            resource,
            parameters -> {
              List<RuntimeSearchParam> others = new ArrayList<>();
              for (RuntimeSearchParam parameter : filter.filterSearchParams(parameters)) {
                (NameIndex.has(type, parameter.getName()) ? names : others).add(parameter);
                addresses[0] |= AddressIndex.has(type, parameter.getName());
              }
              return others;
            });
    for (RuntimeSearchParam parameter : names) {
      for (NameIndex.Value value : NameIndex.values(resource, parameter.getName())) {
        found.add(string(type, parameter.getName(), value.searched(), value.exact()));
      }
    }
    if (addresses[0]) {
      AddressIndex.values(resource)
          .forEach(value -> found.add(string(type, AddressIndex.ADDRESS, value, value)));
    }
    return found;
  }

  private ResourceIndexedSearchParamString string(
      String type, String code, String searched, String exact) {
    return new ResourceIndexedSearchParamString(
        partitions,
        settings,
        type,
        code,
        cut(StringUtil.normalizeStringForSearchIndexing(searched)),
        cut(exact));
  }

  /** No longer than the index takes, and no half of a character. */
  private static String cut(String value) {
    int end = ResourceIndexedSearchParamString.MAX_LENGTH;
    return value.length() <= end
        ? value
        : value.substring(0, Character.isHighSurrogate(value.charAt(end - 1)) ? end - 1 : end);
  }

  /**
   * A time lies in that day of Beijing in which it lies there, whatever offset it was sent with;
   * the engine takes the day that the sender's text names. A day by itself is indexed from its
   * first to its last millisecond by the machine's clock.
   */
  @Override
  public SearchParamSet<ResourceIndexedSearchParamDate> extractSearchParamDates(
      IBaseResource resource, ISearchParamFilter filter) {
    SearchParamSet<ResourceIndexedSearchParamDate> found =
        super.extractSearchParamDates(resource, filter);
    List<ResourceIndexedSearchParamDate> dates = List.copyOf(found);
    found.clear(); // their hash codes depend on the days
    for (ResourceIndexedSearchParamDate date : dates) {
      date.myValueLowDateOrdinal =
          day(date.getValueLow(), LocalTime.MIN, date.getValueLowDateOrdinal());
      date.myValueHighDateOrdinal = day(date.getValueHigh(), LAST, date.getValueHighDateOrdinal());
      found.add(date);
    }
    return found;
  }

  private static @Nullable Integer day(
      @Nullable Date time, LocalTime edge, @Nullable Integer named) {
    if (time == null || named == null || named < GREGORIAN) {
      return named;
    }
    LocalDateTime clock = LocalDateTime.ofInstant(time.toInstant(), ZoneId.systemDefault());
    LocalDate day =
        clock.toLocalTime().equals(edge)
            ? clock.toLocalDate()
            : time.toInstant().atOffset(Facts.BEIJING).toLocalDate();
    return day.getYear() * 10_000 + day.getMonthValue() * 100 + day.getDayOfMonth();
  }

  private static Plan plan(String path) {
    Matcher matcher = HEAD.matcher(path.trim());
    if (!matcher.matches()) {
      return new Plan("", List.of(), false);
    }
    List<String> elements = List.of(matcher.group(2).substring(1).split("\\."));
    return new Plan(matcher.group(1), elements, matcher.group(3).isBlank());
  }

  private List<IBase> walk(IBase from, List<String> elements) {
    List<IBase> present = List.of(from);
    for (String element : elements) {
      List<IBase> next = new ArrayList<>();
      for (IBase value : present) {
        BaseRuntimeChildDefinition child = child(value, element);
        if (child != null) {
          next.addAll(child.getAccessor().getValues(value));
        }
      }
      if (next.isEmpty()) {
        return List.of();
      }
      present = next;
    }
    return present;
  }

  private @Nullable BaseRuntimeChildDefinition child(IBase value, String element) {
    BaseRuntimeElementDefinition<?> definition = context.getElementDefinition(value.getClass());
    if (!(definition instanceof BaseRuntimeElementCompositeDefinition<?> composite)) {
      return null;
    }
    BaseRuntimeChildDefinition child = composite.getChildByName(element);
    return child != null ? child : composite.getChildByName(element + "[x]");
  }
}
