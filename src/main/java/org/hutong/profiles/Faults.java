package org.hutong.profiles;

import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r5.context.IWorkerContext;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.Places;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.fhir.References;
import org.jspecify.annotations.Nullable;

/**
 * Says what the FHIR validator found in our words: which element, which value, which rule by its
 * key, what the rule rests on and how to mend it, in Chinese and English.
 */
final class Faults {
  /** The rule of each of our profiles that every coding names its system. */
  private static final String NAMES_SYSTEMS = "descendants().ofType(Coding).all(system.hasValue())";

  /**
   * R4 lets base64 be wrapped in lines, and the validator says so at the value; where an attachment
   * is looked at it decodes without that leave, and stops at the first blank.
   */
  private static final Pattern WRAPPED_BASE64 =
      Pattern.compile("not valid base64: Illegal base64 character (9|a|d|20)$");

  /** Said of the type of a Reference, before the type to which it leads. */
  static final String DISAGREES = "disagrees with ";

  /** The constraint of FHIR R4 that a period does not end before it starts. */
  private static final String PERIOD = "per-1";

  private static final Pattern OWN_VALUE_SET =
      Pattern.compile(Pattern.quote(Canonical.BASE) + "/ValueSet/[a-z0-9\\-]+");

  /** Prefix of the message ids for a code that its value set lacks. */
  private static final String VALUE_SET = "Terminology_TX_NoValid";

  /** The profile that a message names as the rule's. */
  private static final Pattern PROFILE =
      Pattern.compile("(https?://[^\\s|'#)]+/StructureDefinition/[A-Za-z0-9\\-]+)");

  /** An element that the expression of a rule speaks of, with those below it. */
  private static final Pattern MENTION =
      Pattern.compile("(?<![\\w.%'$])[a-z][A-Za-z]*(?:\\.[a-z][A-Za-z]*)*+(?![\\w])(\\()?");

  /**
   * References that are none of the form [type]/[id]; others follow them, or say that they cannot.
   */
  private static final Pattern OTHER_REFERENCE =
      Pattern.compile("#.*|[A-Za-z][A-Za-z0-9+.\\-]*:.*|[A-Z][A-Za-z]+\\?.+");

  /** Messages that are told, errors first: each is weighed against every other. */
  private static final int MOST = 1000;

  /** Least first. */
  private static final List<ResultSeverityEnum> SEVERITIES =
      List.of(
          ResultSeverityEnum.INFORMATION,
          ResultSeverityEnum.WARNING,
          ResultSeverityEnum.ERROR,
          ResultSeverityEnum.FATAL);

  /** Kinds by which an element is wrong in itself, so that nothing more is said of it. */
  private static final Set<Fault.Kind> WRONG =
      Set.of(
          Fault.Kind.MIN,
          Fault.Kind.BINDING,
          Fault.Kind.TYPE,
          Fault.Kind.FORMAT,
          Fault.Kind.SHAPE,
          Fault.Kind.EMPTY);

  /** What a Coding without system may hold. */
  private static final Set<String> BARE_CODING =
      Set.of(
          "id",
          "extension",
          "_system",
          "version",
          "_version",
          "code",
          "_code",
          "display",
          "_display",
          "userSelected",
          "_userSelected");

  /** Kinds by which an element cannot be read, the gravest first. */
  private static final List<Fault.Kind> UNREADABLE =
      List.of(Fault.Kind.SHAPE, Fault.Kind.EMPTY, Fault.Kind.FORMAT);

  private final FhirPackage fhirPackage;
  private final Elements elements;
  private final Wordings wordings;
  private final Misnomers misnomers;
  private final Culprits culprits;
  private final Unborn unborn;
  private final Unvalued unvalued;

  Faults(
      FhirPackage fhirPackage,
      IWorkerContext definitions,
      IValidationSupport support,
      Unborn unborn) {
    this.unborn = unborn;
    this.culprits = new Culprits(support.getFhirContext());
    this.fhirPackage = fhirPackage;
    this.elements = new Elements(definitions);
    this.unvalued = new Unvalued(elements);
    OwnTables own = fhirPackage.ownTables();
    this.misnomers = new Misnomers(definitions, own);
    this.wordings =
        new Wordings(fhirPackage, elements, new Tables(support, fhirPackage.maps(), own));
  }

  /**
   * Every fault once. The validator goes on below an element of the wrong type, tells an unknown
   * code twice, as not of its code system and as not of the value set, and an unknown profile too,
   * with its place and without, and holds rules against elements that are missing or wrong in
   * themselves.
   */
  private List<Fault> essential(List<Fault> faults, Sent sent) {
    List<Fault> told = faults.stream().filter(fault -> worthTelling(fault, sent)).toList();
    List<Fault> essential = new ArrayList<>();
    for (int i = 0; i < told.size(); i++) {
      boolean covered = false;
      for (int j = 0; j < told.size() && !covered; j++) {
        covered = i != j && covers(told.get(j), told.get(i), j < i, sent);
      }
      if (!covered) {
        essential.add(told.get(i));
      }
    }
    return essential;
  }

  private boolean worthTelling(Fault fault, Sent sent) {
    boolean warning = fault.severity() == ResultSeverityEnum.WARNING;
    // Of recommended codes only our own value sets matter; R4's are Western.
    boolean foreignCode = warning && fault.kind() == Fault.Kind.BINDING && !decidable(fault.text());
    return fault.severity() != ResultSeverityEnum.INFORMATION
        && !foreignCode
        && !WRAPPED_BASE64.matcher(fault.text()).find()
        && !isLooseUuid(fault, sent)
        && !(fault.key().equals(PERIOD) && mayBeInOrder(sent.at(fault.place())));
  }

  /**
   * Whether an entry that is to be stored is called by {@code urn:uuid:} and a name of any form.
   * That is how public clients tell entries from one another; the name is gone once they are
   * stored.
   */
  private static boolean isLooseUuid(Fault fault, Sent sent) {
    return fault.kind() == Fault.Kind.FORMAT
        && fault.place().matches("Bundle\\.entry\\[\\d+]\\.fullUrl")
        && sent.at(fault.place()).asText().matches("urn:uuid:\\S+")
        && Set.of("transaction", "batch").contains(sent.at("Bundle.type").asText());
  }

  /**
   * Whether a period that is not as exact at one end as at the other may end after it starts. The
   * end includes all that it matches (FHIR R4, definition of Period.end): a day includes the whole
   * day. The validator cannot compare them, and takes that for a fault.
   */
  private static boolean mayBeInOrder(JsonNode period) {
    String start = period.path("start").asText();
    String end = period.path("end").asText();
    int common = Math.min(day(start).length(), day(end).length());
    return common > 0
        && (start.indexOf('T') < 0 || end.indexOf('T') < 0)
        && start.substring(0, common).compareTo(end.substring(0, common)) <= 0;
  }

  private static String day(String date) {
    return date.replaceFirst("T.*$", "");
  }

  /** Whether a table of ours is at stake, and it is known that the table lacks the code. */
  private boolean decidable(String message) {
    Matcher valueSet = OWN_VALUE_SET.matcher(message);
    return valueSet.find()
        ? fhirPackage.openTables(valueSet.group()).stream()
            .noneMatch(table -> message.contains(table + "#"))
        : message.contains(Canonical.BASE);
  }

  private boolean covers(Fault other, Fault fault, boolean first, Sent sent) {
    boolean same = other.place().equals(fault.place());
    boolean below = fault.place().startsWith(other.place() + ".");
    return switch (other.kind()) {
      case TYPE ->
          below && (other.isError() || !fault.isError())
              || same && fault.kind() == Fault.Kind.TYPE && first
              || same && fault.kind() == Fault.Kind.FORMAT
              || same && fault.kind() == Fault.Kind.BINDING && other.text().startsWith(DISAGREES)
              || other.id().equals("Validation_VAL_Profile_WrongType")
                  && names(fault.text(), profile(other.text()))
              || speaksOf(fault, other);
      case SHAPE, EMPTY, FORMAT ->
          below
              || same && WRONG.contains(fault.kind()) && worse(other.kind(), fault.kind())
              || same && fault.kind() == other.kind() && first
              || fault.key().equals("ele-1") && (same || other.place().startsWith(fault.place()))
              || fault.key().equals("ext-1") && other.place().startsWith(fault.place() + ".value")
              || fault.kind() == Fault.Kind.UNKNOWN && other.place().equals(fault.place() + ".url")
              || fault.kind() == Fault.Kind.NARRATIVE && same
              || fault.kind() == Fault.Kind.TYPE
                  && other.place().equals(fault.place() + ".reference")
              || fault.kind() == Fault.Kind.INVARIANT && fault.place().equals(other.place() + "[0]")
              || speaksOf(fault, other);
      case UNKNOWN, NARRATIVE, ORPHAN -> same && fault.kind() == other.kind() && first;
      case MIN ->
          same
                  && fault.kind() == Fault.Kind.MIN
                  && (other.key().length() < fault.key().length()
                      || other.key().equals(fault.key()) && first)
              || fault.key().equals("ext-1") && other.place().equals(fault.place() + ".value")
              || same && fault.kind() == Fault.Kind.BINDING
              || ofABundle(fault, other)
              || speaksOf(fault, other);
      case PATTERN -> same && fault.kind() == Fault.Kind.BINDING;
      case LOCAL -> same && fault.key().equals("ref-1");
      case BINDING ->
          fault.kind() == Fault.Kind.BINDING && coversCode(other, fault)
              || ofABundle(fault, other)
              || speaksOf(fault, other);
      case INVARIANT ->
          namesSystems(other)
              && (fault.kind() == Fault.Kind.SYSTEM
                  || fault.kind() == Fault.Kind.BINDING && lacksSystem(fault.place(), sent));
      case PROFILE ->
          fault.kind() == Fault.Kind.PROFILE && fault.place().isEmpty() && !other.place().isEmpty();
      case STRANGER -> {
        String extension = other.place().replaceFirst("\\.url$", "");
        yield fault != other
            && (fault.place().equals(extension)
                || fault.place().startsWith(extension + ".")
                || fault.kind() == Fault.Kind.CONTEXT
                    && fault.text().contains(sent.at(other.place()).asText()));
      }
      case RELATIVE, TABLE ->
          same && fault.kind() == Fault.Kind.FORMAT
              || fault.kind() == Fault.Kind.BINDING && isOnly(other.place(), fault.place(), sent);
      case MAX ->
          same && fault.kind() == Fault.Kind.TYPE
              || fault.kind() == Fault.Kind.MIN && standsFor(other.place(), fault.place());
      case FUTURE -> speaksOf(fault, other);
      case IMPLAUSIBLE -> same && fault.kind() == Fault.Kind.IMPLAUSIBLE && first;
      case CONTEXT, ORDER, SYSTEM, VERSION, DISPLAY, OTHER -> false;
    };
  }

  /** Whether a concept or coding has no other coding than the one whose system is named. */
  private static boolean isOnly(String system, String concept, Sent sent) {
    String coding = system.replaceFirst("\\.system$", "");
    return coding.equals(concept.replaceFirst("\\.(code|system)$", ""))
        || coding.startsWith(concept + ".coding[") && sent.at(concept).path("coding").size() == 1;
  }

  /** Whether an extension holds extensions where its value should be. */
  private static boolean standsFor(String extensions, String value) {
    return extensions.endsWith(".extension")
        && value.equals(extensions.replaceFirst("extension$", "value"));
  }

  /** Whether the first kind says more of why an element cannot be read. */
  private static boolean worse(Fault.Kind one, Fault.Kind other) {
    if (one == Fault.Kind.FORMAT && other == Fault.Kind.TYPE) {
      return false; // a value of another type is not written as the right one would be
    }
    int rank = UNREADABLE.indexOf(one);
    int otherRank = UNREADABLE.indexOf(other);
    return rank >= 0 && (otherRank < 0 || rank < otherRank);
  }

  private static boolean coversCode(Fault other, Fault fault) {
    boolean samePlace =
        (fault.place() + ".").startsWith(other.place() + ".")
            || (other.place() + ".").startsWith(fault.place() + ".");
    int rank = SEVERITIES.indexOf(fault.severity());
    int otherRank = SEVERITIES.indexOf(other.severity());
    return samePlace
        && (otherRank != rank
            ? otherRank > rank
            : !fault.id().startsWith(VALUE_SET) && other.id().startsWith(VALUE_SET));
  }

  private static boolean names(String text, @Nullable String profile) {
    return profile != null && text.contains(profile);
  }

  /** Whether a Coding or CodeableConcept stands at a place, and no coding names its system. */
  private static boolean lacksSystem(String place, Sent sent) {
    JsonNode concept = sent.at(place.replaceFirst("\\.code$", ""));
    JsonNode codings = concept.has("coding") ? concept.path("coding") : concept;
    if (!codings.isArray()) {
      return isBare(codings);
    }
    for (JsonNode coding : codings) {
      if (!isBare(coding)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isBare(JsonNode coding) {
    Set<String> parts = new HashSet<>();
    coding.fieldNames().forEachRemaining(parts::add);
    return coding.isObject() && BARE_CODING.containsAll(parts);
  }

  private boolean namesSystems(Fault fault) {
    FhirPackage.Rule rule = fhirPackage.rule(fault.key());
    return fault.kind() == Fault.Kind.INVARIANT
        && rule != null
        && rule.expression().equals(NAMES_SYSTEMS);
  }

  /** Whether the kind of a Bundle is wrong, by which most of its rules go. */
  private static boolean ofABundle(Fault fault, Fault other) {
    return other.place().equals("Bundle.type") && fault.key().startsWith("bdl-");
  }

  /** Whether a rule of ours judges an element that is missing, or wrong in itself. */
  private boolean speaksOf(Fault fault, Fault other) {
    FhirPackage.Rule rule =
        fault.kind() == Fault.Kind.INVARIANT ? fhirPackage.rule(fault.key()) : null;
    if (rule == null || !other.isError() || !other.place().startsWith(fault.place() + ".")) {
      return false;
    }
    String wrong =
        other
            .place()
            .substring(fault.place().length() + 1)
            .replaceAll("\\[\\d+]|\\.ofType\\(\\w+\\)", "");
    return mentions(rule.expression()).stream()
        .anyMatch(mention -> (mention + ".").startsWith(wrong + "."));
  }

  /** The elements of which an expression speaks, from where its rule stands. */
  static Set<String> mentions(String expression) {
    Set<String> mentions = new LinkedHashSet<>();
    Matcher matcher =
        MENTION.matcher(expression.replaceAll("'[^']*'", "''").replace("%resource.", ""));
    while (matcher.find()) {
      String chain = matcher.group();
      boolean call = matcher.group(1) != null;
      String path = call ? chain.replaceFirst("\\.?[a-zA-Z]*\\($", "") : chain;
      if (!path.isEmpty() && !Set.of("and", "or", "implies", "in", "as", "is").contains(path)) {
        mentions.add(path);
      }
    }
    return mentions;
  }

  /**
   * What is to be said of a resource.
   *
   * @param profiles canonical URLs of the profiles that it is held to
   * @param at FHIRPath of the resource within the request; empty when it is the body itself
   * @param slips in how the text is written; told where the validator says nothing
   */
  List<Problem.Issue> issues(
      List<SingleValidationMessage> messages,
      List<JsonGrammar.Slip> slips,
      Sent sent,
      Resource resource,
      List<String> profiles,
      String at) {
    List<Fault> found = new ArrayList<>(misnomers.of(resource, sent));
    messages.stream()
        .sorted(Comparator.comparing(Faults::rank).reversed())
        .limit(MOST)
        .map(message -> Fault.of(message, sent))
        .forEach(found::add);
    unvalued.of(resource, sent, profiles).stream()
        .filter(fault -> found.stream().noneMatch(other -> tells(other, fault.place())))
        .forEach(found::add);
    if (unborn.is(resource)) {
      found.add(
          fault(
              Fault.Kind.FUTURE,
              unborn.today().toString(),
              resource.fhirType() + ".birthDate",
              sent));
    }
    String today = unborn.today().toString();
    found.replaceAll(
        fault -> fault.kind() == Fault.Kind.IMPLAUSIBLE ? fault.warning(today) : fault);
    for (String place : unborn.tooLate(resource)) {
      found.add(fault(Fault.Kind.IMPLAUSIBLE, "", place, sent).warning(today));
    }
    for (JsonGrammar.Slip slip : slips) {
      String place = slip.place().replace("._", ".");
      // What stands beside a value, such as _given, the validator does not call by its name.
      boolean beside = !place.equals(slip.place());
      // Of a value of nothing but blanks the validator only warns.
      found.removeIf(
          fault ->
              fault.kind() == Fault.Kind.EMPTY && (fault.place() + "[0]").equals(place)
                  || fault.place().equals(place)
                      && (fault.kind() == Fault.Kind.OTHER
                          || !fault.isError()
                          || beside && fault.kind() == Fault.Kind.EMPTY));
      if (slip.kind() == Fault.Kind.INVARIANT) {
        // The validator has words for it, be they of the element or of one above or within.
        if (found.stream().noneMatch(fault -> fault.isError() && isBeside(fault.place(), place))) {
          found.add(fault(Fault.Kind.SHAPE, "", slip.place(), sent));
        }
      } else if (found.stream().noneMatch(fault -> isOf(fault, place) && !isBlank(fault, slip))
          && (slip.kind() != Fault.Kind.ORDER
              || found.stream().noneMatch(fault -> fault.kind() == Fault.Kind.ORDER))) {
        found.add(fault(slip.kind(), slip.text(), slip.place(), sent));
      }
    }
    Map<String, String> references = References.of(resource, resource.fhirType());
    // What is no reference at all the validator takes for one of the wrong type.
    found.removeIf(
        fault ->
            fault.kind() == Fault.Kind.TYPE
                && references.containsKey(fault.place())
                && isNoReference(String.valueOf(references.get(fault.place()))));
    references.forEach((place, reference) -> disagreement(place, reference, found, sent));
    List<Fault> faults = essential(found, sent);
    List<Problem.Issue> issues = new ArrayList<>();
    for (Fault fault : faults) {
      boolean warning =
          fault.severity() == ResultSeverityEnum.WARNING && !isOwnProfileMissing(fault);
      if (namesSystems(fault)) {
        for (String place : withoutSystem(resource).stream().limit(MOST).toList()) {
          if (sent.at(place).has("coding")) {
            continue; // a concept where a Coding belongs, of which that is told
          }
          issues.add(
              issue(
                  fault,
                  place,
                  wordings.bare(fault, place, sent, profiles),
                  resource,
                  at,
                  warning));
        }
      } else {
        for (String place : places(fault, resource, sent)) {
          issues.add(
              issue(
                  fault, place, wordings.of(fault, place, sent, profiles), resource, at, warning));
        }
      }
    }
    Set<String> accused = new HashSet<>();
    faults.forEach(fault -> accused.add(fault.place()));
    references.forEach(
        (place, reference) -> {
          Fault fault =
              accused.contains(place) ? null : reference(place, reference, sent, profiles);
          if (fault != null) {
            issues.add(
                issue(
                    fault,
                    fault.place(),
                    wordings.of(fault, fault.place(), sent, profiles),
                    resource,
                    at,
                    false));
          }
        });
    return issues;
  }

  /**
   * A Reference whose type is not that of what it refers to; the validator blames the reference.
   */
  private static void disagreement(String place, String reference, List<Fault> found, Sent sent) {
    String named = sent.at(place).path("type").asText().replaceFirst("^" + RuleBook.R4, "");
    String type = typeOf(reference);
    if (type != null && !named.isEmpty() && !named.equals(type)) {
      found.removeIf(fault -> fault.kind() == Fault.Kind.TYPE && fault.place().equals(place));
      found.add(fault(Fault.Kind.TYPE, DISAGREES + type, place + ".type", sent));
    }
  }

  private static boolean isNoReference(String reference) {
    return typeOf(reference) == null && !OTHER_REFERENCE.matcher(reference).matches();
  }

  /** The type that a reference of the form [type]/[id] names, with a version or without. */
  private static @Nullable String typeOf(String reference) {
    return SpecialTypes.typeOf(reference.replaceFirst("/_history/.*$", ""));
  }

  /**
   * What is to be mended: more exact than where the rule stands, when it judges several elements.
   */
  private List<String> places(Fault fault, Resource resource, Sent sent) {
    if (fault.kind() != Fault.Kind.INVARIANT) {
      return List.of(fault.place());
    }
    FhirPackage.Rule own = fhirPackage.rule(fault.key());
    return culprits.places(
        own == null ? wordings.places(fault.key()) : own.places(), fault.place(), resource, sent);
  }

  /** Whether of two places one is within the other. */
  private static boolean isBeside(String one, String other) {
    return one.equals(other) || one.startsWith(other + ".") || other.startsWith(one + ".");
  }

  /** Whether a value that is said to be of the wrong format is nothing but blanks. */
  private static boolean isBlank(Fault fault, JsonGrammar.Slip slip) {
    return slip.kind() == Fault.Kind.EMPTY
        && fault.kind() == Fault.Kind.FORMAT
        && fault.place().equals(slip.place());
  }

  /** Whether it is told already that an element has no value of use. */
  private static boolean tells(Fault fault, String place) {
    return isOf(fault, place)
        || fault.isError()
            && fault.kind() == Fault.Kind.BINDING
            && place.startsWith(fault.place() + ".");
  }

  /** Whether an element is known to be written wrongly, or one above it. */
  private static boolean isOf(Fault fault, String place) {
    return fault.isError()
        && switch (fault.kind()) {
          case SHAPE, EMPTY, FORMAT, UNKNOWN, TYPE, NARRATIVE ->
              place.equals(fault.place()) || place.startsWith(fault.place() + ".");
          default -> false;
        };
  }

  /** What is wrong with a reference, which the validator does not follow; null when nothing is. */
  private @Nullable Fault reference(
      String place, String reference, Sent sent, List<String> profiles) {
    String type = typeOf(reference);
    if (type == null) {
      return isNoReference(reference)
          ? fault(Fault.Kind.FORMAT, "", place + ".reference", sent)
          : null;
    }
    Elements.Found found = elements.at(place, sent, profiles);
    Set<String> targets = found == null ? Set.of() : elements.targets(found);
    return targets.isEmpty() || targets.contains(type)
        ? null
        : fault(
            Fault.Kind.TYPE,
            "Found " + type + ", but expected one of (" + String.join(", ", targets) + ")",
            place,
            sent);
  }

  private static Fault fault(Fault.Kind kind, String text, String place, Sent sent) {
    return Fault.error(kind, text, place, kind.name().toLowerCase(Locale.ROOT), sent);
  }

  /** The validator only warns of a profile that it cannot load, and would let everything in. */
  private static boolean isOwnProfileMissing(Fault fault) {
    return fault.kind() == Fault.Kind.PROFILE && fault.text().contains(Canonical.BASE);
  }

  private Problem.Issue issue(
      Fault fault,
      String place,
      Problem.Wording wording,
      Resource resource,
      String at,
      boolean warning) {
    boolean ownWords = wordings.knows(fault);
    Problem.Wording spaced =
        new Problem.Wording(
            wording.rule(),
            new Bilingual(wording.what().zh().replace("） ", "）"), wording.what().en()),
            wording.mend(),
            wording.basis());
    return new Problem.Issue(
        ProblemCode.PROFILE_VIOLATED,
        at.isEmpty()
            ? place.isEmpty() ? resource.fhirType() : place
            : at + place.replaceFirst("^[A-Z][A-Za-z]*", ""),
        List.of(resource.fhirType()),
        spaced,
        ownWords ? null : Problem.printable(fault.text()),
        warning);
  }

  private static int rank(SingleValidationMessage message) {
    return message.getSeverity() == null ? 0 : SEVERITIES.indexOf(message.getSeverity());
  }

  /** Where codings without system stand. */
  private static List<String> withoutSystem(Resource resource) {
    List<String> places = new ArrayList<>();
    Places.visit(
        resource,
        resource.fhirType(),
        (place, element) -> {
          boolean bare = element instanceof Coding coding && coding.getSystem() == null;
          if (bare) {
            places.add(place);
          }
          return !bare;
        });
    return places;
  }

  static @Nullable String profile(String text) {
    Matcher profile = PROFILE.matcher(text);
    return profile.find() ? profile.group(1) : null;
  }
}
