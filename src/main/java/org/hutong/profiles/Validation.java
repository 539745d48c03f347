package org.hutong.profiles;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.IInstanceValidatorModule;
import ca.uhn.fhir.validation.IValidationContext;
import ca.uhn.fhir.validation.SingleValidationMessage;
import ca.uhn.fhir.validation.ValidationOptions;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Problem;
import org.jspecify.annotations.Nullable;

/** Holds a resource to FHIR R4, to our profile for it, and to those that it declares. */
public final class Validation {
  /** Where no JVM tells processor time, this is the end of warming. */
  private static final int MOST_EXAMPLES = 3000;

  /** What stands in the resource of an entry, which is looked at by itself. */
  private static final Pattern WITHIN = Pattern.compile("Bundle\\.entry\\[\\d+]\\.resource\\b");

  private final FhirContext context;
  private final ProfilesSettings.Policy policy;
  private final ProfileChoice choice;
  private final Unborn unborn;
  private final Faults faults;
  private final JsonGrammar json;
  private final XmlGrammar xml;
  private final FullValidator full;
  private final FhirValidator validator;
  private final Clearance clearance;

  Validation(
      FhirContext context,
      IValidationSupport support,
      FhirPackage fhirPackage,
      ProfilesSettings.Policy policy,
      Clock clock) {
    this.context = context;
    this.policy = policy;
    this.choice = fhirPackage.choice();
    // One set of converted definitions for both, for they are large.
    CanonicalDefinitions definitions = new CanonicalDefinitions(support);
    this.clearance = new Clearance(definitions, fhirPackage.ownTables());
    this.json = new JsonGrammar(context);
    this.xml = new XmlGrammar(json);
    this.unborn = new Unborn(clock);
    this.faults = new Faults(fhirPackage, definitions, support, unborn);
    this.full = new FullValidator(support, definitions);
    this.validator = context.newValidator().registerValidatorModule(full);
  }

  /** HAPI's face of this. */
  public IInstanceValidatorModule module() {
    return new Module();
  }

  /**
   * The same as {@link #check}, in microseconds where nothing is wrong: the compiled rules say so,
   * and whatever they cannot say so of goes to the full validator.
   */
  List<Problem.Issue> admit(Resource resource, String at) {
    boolean clear =
        policy != ProfilesSettings.Policy.OFF
            && !resource.hasImplicitRules()
            && hindrance(resource) == null;
    return clear ? List.of() : check(resource, at);
  }

  /** Why the compiled rules cannot clear a resource; null when they can. */
  @Nullable String hindrance(Resource resource) {
    return unborn.is(resource)
        ? "birth date to come"
        : !unborn.tooLate(resource).isEmpty()
            ? "past to come"
            : clearance.hindrance(resource, chosen(resource));
  }

  /**
   * Everything that is wrong with a resource, errors and warnings; empty when nothing is.
   *
   * @param at FHIRPath of the resource within the request, such as {@code
   *     Bundle.entry[2].resource}; empty when it is the body itself
   */
  public List<Problem.Issue> check(Resource resource, String at) {
    List<Problem.Issue> issues = new ArrayList<>(Modifiers.unknown(resource, at));
    issues.addAll(contained(resource, at));
    if (policy != ProfilesSettings.Policy.OFF) {
      issues.addAll(check(resource, at, new ValidationOptions()));
    }
    return issues;
  }

  /**
   * The same for a resource as it was sent, whatever the grammar may say to it, and whatever the
   * policy.
   *
   * @param text JSON or XML
   * @param resource what could be read of it
   * @param profile canonical URL of a profile to hold it to besides; null for none
   * @param at FHIRPath of the resource within the request; empty when it is the body itself
   */
  List<Problem.Issue> examine(String text, Resource resource, @Nullable String profile, String at) {
    Resource named = named(resource);
    String judged =
        named == resource ? text : context.newJsonParser().encodeResourceToString(named);
    ValidationOptions options = new ValidationOptions();
    if (profile != null && !named.getMeta().hasProfile(profile)) {
      options.addProfile(profile);
    }
    choose(named, options);
    List<Problem.Issue> issues = new ArrayList<>(Modifiers.unknown(resource, at));
    issues.addAll(contained(resource, at));
    List<JsonGrammar.Slip> slips = slips(text);
    issues.addAll(
        faults.issues(
            messages(judged, options, !slips.isEmpty()),
            slips,
            Sent.of(text),
            named,
            profiles(named, options),
            at));
    return issues;
  }

  private List<Problem.Issue> contained(Resource resource, String at) {
    return policy == ProfilesSettings.Policy.ENFORCE ? Contained.patients(resource, at) : List.of();
  }

  /** What a text in UTF-8 says in another way than FHIR writes resources. */
  List<JsonGrammar.Slip> slips(byte[] text, EncodingEnum encoding) {
    return encoding == EncodingEnum.XML ? xml.slips(text) : json.slips(text);
  }

  /** The same for JSON or XML. */
  List<JsonGrammar.Slip> slips(String text) {
    return text.stripLeading().startsWith("<")
        ? xml.slips(text.getBytes(StandardCharsets.UTF_8))
        : json.slips(text);
  }

  /**
   * What is wrong with how a resource is written in JSON or XML, and nothing else.
   *
   * @param but places that somebody else looks at
   */
  List<Problem.Issue> slips(String text, Resource resource, Pattern but) {
    List<JsonGrammar.Slip> slips =
        slips(text).stream().filter(slip -> !but.matcher(slip.place()).matches()).toList();
    return slips.isEmpty()
        ? List.of()
        : faults.issues(List.of(), slips, Sent.of(text), resource, List.of(), "");
  }

  /**
   * What is wrong with a Bundle, beside what its entries hold.
   *
   * @param text as it was sent
   * @param bundle what could be read of it; its resources may be reduced to type and id
   * @param profile canonical URL of a profile to hold it to besides; null for none
   */
  List<Problem.Issue> around(String text, Bundle bundle, @Nullable String profile) {
    ValidationOptions options = new ValidationOptions();
    if (profile != null && !bundle.getMeta().hasProfile(profile)) {
      options.addProfile(profile);
    }
    List<JsonGrammar.Slip> slips =
        slips(text).stream().filter(slip -> !WITHIN.matcher(slip.place()).lookingAt()).toList();
    List<SingleValidationMessage> messages =
        messages(context.newJsonParser().encodeResourceToString(bundle), options, true).stream()
            .filter(
                message -> !WITHIN.matcher(String.valueOf(message.getLocationString())).lookingAt())
            .toList();
    Bundle empty = bundle.copy();
    empty.getEntry().forEach(entry -> entry.setResource(null));
    return faults.issues(messages, slips, Sent.of(text), empty, profiles(bundle, options), "");
  }

  /**
   * What the full validator says of a text.
   *
   * @param mayFail whether it may fail at a text without a word: at a null it does
   */
  private List<SingleValidationMessage> messages(
      String text, ValidationOptions options, boolean mayFail) {
    try {
      return Patience.limit(() -> validator.validateWithResult(text, options).getMessages());
    } catch (RuntimeException failed) {
      if (mayFail && !(failed instanceof Problem)) {
        return List.of();
      }
      throw failed;
    }
  }

  /**
   * Reads the definitions that the first resource held to each profile would wait for, and judges
   * the examples of the package again and again, for the JVM compiles only what it has often seen.
   *
   * @param time processor time of this thread that may go into the examples
   * @return how many were judged
   */
  public int warm(Duration time) {
    choice
        .all()
        .forEach(
            (profile, type) ->
                checkAgainst(
                    profile, (Resource) context.getResourceDefinition(type).newInstance()));
    choice.all().keySet().forEach(clearance::warm);

    List<String> examples = FhirPackage.examples();
    ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    long end = clock.getCurrentThreadCpuTime() + time.toNanos();
    int judged = 0;
    while (judged < MOST_EXAMPLES && clock.getCurrentThreadCpuTime() < end) {
      String example = examples.get(judged % examples.size());
      Resource resource = (Resource) context.newJsonParser().parseResource(example);
      admit(resource, "");
      examine(example, resource, null, "");
      judged++;
    }
    return judged;
  }

  /** The same against a profile, whether or not the rule chooses it. */
  List<Problem.Issue> checkAgainst(String profile, Resource resource) {
    return check(resource, "", new ValidationOptions().addProfile(profile));
  }

  /** The same without declared profiles that are nothing but an extension: HAPI fails at them. */
  private static Resource named(Resource resource) {
    if (resource.getMeta().getProfile().stream().allMatch(PrimitiveType::hasValue)) {
      return resource;
    }
    Resource named = resource.copy();
    named.getMeta().getProfile().removeIf(profile -> !profile.hasValue());
    return named;
  }

  private void choose(Resource resource, ValidationOptions options) {
    for (String profile : chosen(resource)) {
      // Those that are declared are looked at anyway, and would be looked at twice.
      if (!resource.getMeta().hasProfile(profile)) {
        options.addProfile(profile);
      }
    }
  }

  private List<String> chosen(Resource resource) {
    return policy == ProfilesSettings.Policy.ENFORCE ? choice.of(resource) : List.of();
  }

  private List<Problem.Issue> check(Resource resource, String at, ValidationOptions options) {
    Resource named = named(resource);
    choose(named, options);
    List<SingleValidationMessage> messages =
        Patience.limit(() -> validator.validateWithResult(named, options).getMessages());
    return faults.issues(
        messages, List.of(), Sent.of(named, context), resource, profiles(resource, options), at);
  }

  /**
   * What a resource is held to, for people, and how it would be held to more.
   *
   * @param profile canonical URL of a profile to hold it to besides; null for none
   * @return the sentence, and how a narrower profile is chosen; the latter empty when one is, or
   *     there is none
   */
  List<Bilingual> held(Resource sent, @Nullable String profile) {
    Resource resource = named(sent);
    ValidationOptions options = new ValidationOptions();
    if (profile != null) {
      options.addProfile(profile);
    }
    choose(resource, options);
    String type = resource.fhirType();
    List<String> profiles =
        profiles(resource, options).stream().map(Problem::printable).distinct().toList();
    String none = "FHIR R4 " + type;
    String all = profiles.isEmpty() ? none : String.join(", ", profiles);
    List<ProfileChoice.Condition> narrower = choice.conditions().getOrDefault(type, List.of());
    boolean chosen =
        narrower.stream().anyMatch(condition -> profiles.contains(condition.profile()));
    String ways =
        chosen || policy != ProfilesSettings.Policy.ENFORCE
            ? ""
            : narrower.stream()
                .map(condition -> condition.profile() + " ← " + way(type, condition))
                .collect(Collectors.joining("; "));
    return List.of(
        new Bilingual("校验所依据的 profile：" + all, "Held to the profiles: " + all),
        ways.isEmpty()
            ? new Bilingual("", "")
            : new Bilingual(
                "要按更具体的 profile 校验，请写明：" + ways + "。",
                "To be held to a narrower profile, give: " + ways + "."));
  }

  /** See {@link ProfileChoice#like}. */
  @Nullable String profileLike(String named, String type) {
    return choice.like(named, type);
  }

  private static String way(String type, ProfileChoice.Condition condition) {
    return type
        + "."
        + condition.element()
        + " = "
        + condition.codings().stream()
            .map(coding -> coding.getSystem() + "#" + coding.getCode())
            .collect(Collectors.joining(" | "));
  }

  /** Whatever a resource is held to, beside FHIR R4. */
  private List<String> profiles(Resource resource, ValidationOptions options) {
    Set<String> profiles = new LinkedHashSet<>(options.getProfiles());
    profiles.addAll(chosen(resource));
    resource.getMeta().getProfile().forEach(profile -> profiles.add(profile.getValue()));
    profiles.remove(null);
    return List.copyOf(profiles);
  }

  private class Module implements IInstanceValidatorModule {
    @Override
    public void validateResource(IValidationContext<IBaseResource> validation) {
      choose((Resource) validation.getResource(), validation.getOptions());
      full.validateResource(validation);
    }
  }
}
