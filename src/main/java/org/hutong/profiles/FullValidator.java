package org.hutong.profiles;

import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.validation.IValidationContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.common.hapi.validation.validator.WorkerContextValidationSupportAdapter;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.r5.conformance.profile.ProfileUtilities;
import org.hl7.fhir.r5.elementmodel.Element;
import org.hl7.fhir.r5.elementmodel.JsonParser;
import org.hl7.fhir.r5.elementmodel.ParserBase;
import org.hl7.fhir.r5.elementmodel.ValidatedFragment;
import org.hl7.fhir.r5.extensions.ExtensionDefinitions;
import org.hl7.fhir.r5.extensions.ExtensionUtilities;
import org.hl7.fhir.r5.model.ElementDefinition.ElementDefinitionConstraintComponent;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.hl7.fhir.r5.model.StructureDefinition.StructureDefinitionKind;
import org.hl7.fhir.r5.utils.validation.ValidatorSession;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;
import org.hl7.fhir.r5.utils.validation.constants.IdStatus;
import org.hl7.fhir.r5.utils.xver.XVerExtensionManagerOld;
import org.hl7.fhir.utilities.i18n.I18nConstants;
import org.hl7.fhir.utilities.validation.ValidationMessage;
import org.hl7.fhir.utilities.validation.ValidationMessage.IssueSeverity;
import org.hl7.fhir.validation.ValidatorSettings;
import org.hl7.fhir.validation.instance.InstanceValidator;
import org.hl7.fhir.validation.instance.utils.ValidationContext;
import org.jspecify.annotations.Nullable;

/**
 * HAPI's validator of resources, whose engine is kept from one JSON resource to the next. HAPI
 * makes a new one for each: it reads all definitions again, and whatever it has worked out of a
 * profile is thrown away.
 *
 * <p>Recorded in {@code src/docs/decisions/0017-one-engine-for-many-resources.md}.
 */
final class FullValidator extends FhirInstanceValidator {
  /**
   * Characters of resources after which an engine is thrown away. It remembers every coding that it
   * saw, with the resource around it, and has no means to forget them: 10 MB by then.
   */
  private static final int BUDGET = 200_000;

  /** Engines that are kept while nobody needs them. */
  private static final int IDLE = 2;

  /** The invariant ele-1. */
  private static final String VALUE_OR_CHILDREN = "hasValue() or (children().count() > id.count())";

  /** The invariant ext-1. */
  private static final String VALUE_OR_EXTENSIONS = "extension.exists() != value.exists()";

  private static final Set<String> PROFILE_UNKNOWN =
      Set.of(
          I18nConstants.VALIDATION_VAL_PROFILE_UNKNOWN,
          I18nConstants.VALIDATION_VAL_PROFILE_UNKNOWN_NOT_POLICY);

  private final WorkerContextValidationSupportAdapter definitions;
  private final Queue<Engine> idle = new ArrayBlockingQueue<>(IDLE);

  FullValidator(IValidationSupport support, WorkerContextValidationSupportAdapter definitions) {
    super(support);
    this.definitions = definitions;
    setWrappedWorkerContext(support, definitions);
    setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
    setAnyExtensionsAllowed(true);
    setErrorForUnknownProfiles(false);
    setNoExtensibleWarnings(false);
  }

  @Override
  protected List<ValidationMessage> validate(IValidationContext<?> validation) {
    if (validation.getResourceAsStringEncoding() != EncodingEnum.JSON) {
      return super.validate(validation);
    }
    Engine waiting = idle.poll();
    Engine engine = waiting == null ? new Engine() : waiting;
    // An engine that fails is not used again, nor one whose resource may have left a mark.
    Engine.Judgement judgement =
        engine.judge(validation.getResourceAsString(), validation.getOptions().getProfiles());
    if (judgement.reusable()) {
      idle.offer(engine);
    }
    return judgement.messages() == null ? super.validate(validation) : judgement.messages();
  }

  /** HAPI's engine, set up as HAPI does it for the face that this class extends. */
  private final class Engine extends InstanceValidator {
    private final ProfileUtilities structures = new ProfileUtilities(definitions, null, null);
    private int budget = BUDGET;

    /**
     * @param messages null when this engine cannot judge
     */
    private record Judgement(@Nullable List<ValidationMessage> messages, boolean reusable) {}

    Engine() {
      super(
          definitions,
          new NullEvaluationContext(),
          new XVerExtensionManagerOld(definitions),
          new ValidatorSession(),
          new ValidatorSettings());
      setAssumeValidRestReferences(FullValidator.this.isAssumeValidRestReferences());
      setBestPracticeWarningLevel(FullValidator.this.getBestPracticeWarningLevel());
      setAnyExtensionsAllowed(FullValidator.this.isAnyExtensionsAllowed());
      setResourceIdRule(IdStatus.OPTIONAL);
      setNoTerminologyChecks(FullValidator.this.isNoTerminologyChecks());
      setErrorForUnknownProfiles(FullValidator.this.isErrorForUnknownProfiles());
      setUnknownCodeSystemsCauseErrors(true);
      getExtensionDomains().addAll(FullValidator.this.getExtensionDomains());
      setFetcher(getValidatorResourceFetcher());
      setPolicyAdvisor(getValidatorPolicyAdvisor());
      setNoExtensibleWarnings(FullValidator.this.isNoExtensibleWarnings());
      setNoBindingMsgSuppressed(FullValidator.this.isNoBindingMsgSuppressed());
      setAllowExamples(FullValidator.this.isAllowExamples());
    }

    Judgement judge(String text, Set<String> chosen) {
      statusWarnings.clear();
      session = new ValidatorSession();
      budget -= text.length();

      List<ValidationMessage> messages = new ArrayList<>();
      boolean plain = true;
      for (ValidatedFragment fragment : parse(text)) {
        Element resource = fragment.getElement();
        if (resource != null) {
          plain &=
              Clearance.isPlain(resource.fhirType())
                  && children(resource, "contained").findAny().isEmpty();
          List<ValidationMessage> unknown = new ArrayList<>();
          List<StructureDefinition> profiles = profiles(chosen, resource, unknown);
          if (profiles.stream().anyMatch(p -> p.getKind() == StructureDefinitionKind.LOGICAL)) {
            return new Judgement(null, false); // is read by other rules
          }
          validate(null, fragment.getErrors(), null, resource, profiles);
          if (profiles.isEmpty()) {
            fragment.getErrors().addAll(unknown);
          }
        }
        messages.addAll(fragment.getErrors());
      }
      messages.removeIf(Engine::isIdle);
      for (ValidationMessage message : messages) {
        if (PROFILE_UNKNOWN.contains(String.valueOf(message.getMessageId()))) {
          message.setLevel(
              FullValidator.this.isErrorForUnknownProfiles()
                  ? IssueSeverity.ERROR
                  : IssueSeverity.WARNING);
        }
      }
      return new Judgement(messages, plain && budget > 0);
    }

    private List<ValidatedFragment> parse(String text) {
      JsonParser parser = new Reader();
      parser.setupValidation(ParserBase.ValidationPolicy.EVERYTHING);
      try {
        return parser.parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /**
     * An invariant whose result is not told need not be worked out; and of the two that hold for
     * every element and every extension it is seen at once that they hold. Where they may not, the
     * engine decides and finds the words.
     */
    @Override
    public boolean checkInvariant(
        ValidationContext context,
        List<ValidationMessage> errors,
        String path,
        StructureDefinition profile,
        Element resource,
        Element element,
        ElementDefinitionConstraintComponent invariant) {
      boolean silent =
          getBestPracticeWarningLevel() == BestPracticeWarningLevel.Ignore
              && invariant.hasExtension(ExtensionDefinitions.EXT_BEST_PRACTICE)
              && ExtensionUtilities.readBooleanExtension(
                  invariant, ExtensionDefinitions.EXT_BEST_PRACTICE);
      if (silent || holds(invariant.getExpression(), element)) {
        context.setProfile(profile);
        return true;
      }
      return super.checkInvariant(context, errors, path, profile, resource, element, invariant);
    }

    private static boolean holds(String expression, Element element) {
      return switch (expression) {
        case VALUE_OR_CHILDREN -> hasContent(element);
        case VALUE_OR_EXTENSIONS -> hasChild(element, "extension") != hasChild(element, "value");
        default -> false;
      };
    }

    private static boolean hasContent(Element element) {
      return element.hasPrimitiveValue() && !element.primitiveValue().isEmpty()
          || element.getChildren().stream().anyMatch(child -> !child.getName().equals("id"));
    }

    private static boolean hasChild(Element element, String name) {
      return element.getChildren().stream()
          .anyMatch(child -> child.getName().startsWith(name) && !child.isEmpty());
    }

    /** Those chosen, then those that the resource declares. */
    private List<StructureDefinition> profiles(
        Set<String> chosen, Element resource, List<ValidationMessage> unknown) {
      List<String> urls = new ArrayList<>(chosen);
      children(resource, "meta")
          .flatMap(meta -> children(meta, "profile"))
          .filter(Element::hasPrimitiveValue)
          .forEach(profile -> urls.add(profile.primitiveValue()));
      List<StructureDefinition> profiles = new ArrayList<>();
      for (String url : urls) {
        try {
          StructureDefinition profile = definitions.fetchResource(StructureDefinition.class, url);
          if (profile != null) {
            profiles.add(profile);
          } else {
            unknown.add(unknown(url));
          }
        } catch (FHIRException unusable) {
          // The engine says so where it looks at what is declared.
        }
      }
      return profiles;
    }

    private static Stream<Element> children(Element element, String name) {
      return element.getChildren().stream().filter(child -> child.getName().equals(name));
    }

    private static ValidationMessage unknown(String url) {
      ValidationMessage message = new ValidationMessage();
      message.setMessageId(I18nConstants.VALIDATION_VAL_PROFILE_UNKNOWN);
      message.setLevel(IssueSeverity.ERROR);
      message.setMessage("Invalid profile. Failed to retrieve profile with url=" + url);
      return message;
    }

    /** What HAPI does not pass on. */
    private static boolean isIdle(ValidationMessage message) {
      String id = String.valueOf(message.getMessageId());
      return id.equals(I18nConstants.TERMINOLOGY_TX_BINDING_NOSOURCE)
          || id.equals(I18nConstants.TERMINOLOGY_TX_VALUESET_NOTFOUND)
              && message.getMessage().contains("http://hl7.org/fhir/ValueSet/mimetypes");
    }

    /** Finds the definition of a resource without looking through all that there are. */
    private final class Reader extends JsonParser {
      Reader() {
        super(definitions, structures);
      }

      @Override
      protected @Nullable StructureDefinition getDefinition(
          List<ValidationMessage> errors, int line, int column, String type) {
        StructureDefinition known = type == null ? null : definitions.fetchTypeDefinition(type);
        return known != null && known.hasSnapshot() && known.getUrl().equals(RuleBook.R4 + type)
            ? known
            : super.getDefinition(errors, line, column, type);
      }
    }
  }
}
