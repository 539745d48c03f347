package org.hutong.identity;

import ca.uhn.fhir.model.api.ResourceMetadataKeyEnum;
import ca.uhn.fhir.model.primitive.IdDt;
import ca.uhn.fhir.model.valueset.BundleEntrySearchModeEnum;
import ca.uhn.fhir.model.valueset.BundleEntryTransactionMethodEnum;
import ca.uhn.fhir.rest.annotation.At;
import ca.uhn.fhir.rest.annotation.Count;
import ca.uhn.fhir.rest.annotation.History;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Offset;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.annotation.Since;
import ca.uhn.fhir.rest.api.server.IBundleProvider;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.param.ReferenceAndListParam;
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.TokenAndListParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.SimpleBundleProvider;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Person;
import org.hl7.fhir.r4.model.Person.IdentityAssuranceLevel;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.UuidType;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.IdentityNumber;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.identity.Member.Basis;
import org.hutong.store.Completeness;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** FHIR's Person, made of our tables: whom the Patients of several institutions are held to be. */
@Component
class PersonProvider implements Operations {
  private static final int PAGE = 20;
  private static final int LARGEST_PAGE = 500;
  private static final String MOTHER = Canonical.BASE + "/StructureDefinition/person-mother";
  private static final String CHILD = Canonical.BASE + "/StructureDefinition/person-child";
  private static final String DECISION = Canonical.BASE + "/StructureDefinition/link-decision";

  private final Persons persons;
  private final Completeness completeness;

  PersonProvider(Persons persons, Completeness completeness) {
    this.persons = persons;
    this.completeness = completeness;
  }

  /** Reads a person, or a version of it. */
  @Read(version = true)
  public Person read(@IdParam IdType id) {
    UUID person = uuid(id.getIdPart());
    Persons.Current current = current(person);
    if (!id.hasVersionIdPart() || id.getVersionIdPart().equals("" + current.version())) {
      return shown(current, persons.kin(List.of(person)));
    }
    return persons.versions(person).stream()
        .filter(past -> id.getVersionIdPart().equals("" + past.version()))
        .findFirst()
        .map(past -> shown(person, past))
        .orElseThrow(() -> Problem.of(ProblemCode.NOT_FOUND));
  }

  /**
   * Versions of a person, the latest first.
   *
   * @param since only those that were begun at this time or later
   * @param at only those that were the present one at some time within
   */
  @History(type = Person.class)
  public IBundleProvider history(
      @IdParam IdType id,
      @Since @Nullable Date since,
      @At @Nullable DateRangeParam at,
      @Count @Nullable Integer count,
      @Offset @Nullable Integer offset) {
    UUID person = uuid(id.getIdPart());
    List<Person> versions = new ArrayList<>();
    versions.add(shown(current(person), persons.kin(List.of(person))));
    persons.versions(person).forEach(past -> versions.add(shown(person, past)));
    List<Person> wanted = new ArrayList<>();
    Date ended = null;
    for (Person version : versions) {
      Date begun = version.getMeta().getLastUpdated();
      if ((since == null || !begun.before(since)) && wasPresent(begun, ended, at)) {
        ResourceMetadataKeyEnum.ENTRY_TRANSACTION_METHOD.put(
            version,
            version.getMeta().getVersionId().equals("1")
                ? BundleEntryTransactionMethodEnum.POST
                : BundleEntryTransactionMethodEnum.PUT);
        wanted.add(version);
      }
      ended = begun;
    }
    Page page = Page.of(wanted.size(), count, offset);
    return page.answer(wanted.subList(page.from(), page.to()));
  }

  /**
   * Whether a version was the present one at some time of a range.
   *
   * @param ended when the next one began; null for the present one
   */
  private static boolean wasPresent(Date begun, @Nullable Date ended, @Nullable DateRangeParam at) {
    if (at == null || at.isEmpty()) {
      return true;
    }
    Date from = at.getLowerBoundAsInstant();
    Date to = at.getUpperBoundAsInstant();
    return (to == null || !begun.after(to)) && (from == null || ended == null || ended.after(from));
  }

  /**
   * A page of what was found.
   *
   * @param total of all pages
   */
  private record Page(int total, int from, int size) {
    static Page of(int total, @Nullable Integer count, @Nullable Integer offset) {
      return new Page(
          total,
          Math.min(total, offset == null ? 0 : offset),
          count == null ? PAGE : Math.min(count, LARGEST_PAGE));
    }

    int to() {
      return Math.min(total, from + size);
    }

    IBundleProvider answer(List<Person> shown) {
      SimpleBundleProvider answer = new SimpleBundleProvider(shown);
      answer.setSize(total);
      answer.setCurrentPageOffset(from);
      answer.setCurrentPageSize(size);
      return answer;
    }
  }

  /** Finds persons by what they consist of, in the order of their ids. */
  @Search(type = Person.class)
  public IBundleProvider search(
      @OptionalParam(name = "_id") @Nullable TokenAndListParam ids,
      @OptionalParam(name = "identifier") @Nullable TokenAndListParam identifiers,
      @OptionalParam(name = "link") @Nullable ReferenceAndListParam links,
      @Count @Nullable Integer count,
      @Offset @Nullable Integer offset) {
    completeness.require("Patient", Linking.RULE);
    Set<UUID> found = null;
    for (TokenOrListParam any : given(ids == null ? null : ids.getValuesAsQueryTokens())) {
      List<UUID> asked = new ArrayList<>();
      any.getValuesAsQueryTokens().forEach(id -> asked.addAll(ifUuid(id.getValue())));
      found = both(found, asked);
    }
    for (TokenOrListParam any :
        given(identifiers == null ? null : identifiers.getValuesAsQueryTokens())) {
      found = both(found, persons.byKeys(keys(any)));
    }
    for (ReferenceOrListParam any : given(links == null ? null : links.getValuesAsQueryTokens())) {
      List<String> patients =
          any.getValuesAsQueryTokens().stream()
              .filter(
                  link ->
                      link.getResourceType() == null || link.getResourceType().equals("Patient"))
              .map(link -> new IdDt(link.getValue()).getIdPart())
              .toList();
      found = both(found, persons.byPatients(patients));
    }
    if (found == null) {
      throw Problem.of(ProblemCode.PARAMETER_MISSING, "Person", "_id | identifier | link");
    }
    List<UUID> existing = persons.existing(found);
    Page page = Page.of(existing.size(), count, offset);
    List<UUID> chosen = existing.subList(page.from(), page.to());
    List<Persons.Kin> kin = persons.kin(chosen);
    return page.answer(
        persons.read(chosen).stream()
            .map(
                current -> {
                  Person person = shown(current, kin);
                  ResourceMetadataKeyEnum.ENTRY_SEARCH_MODE.put(
                      person, BundleEntrySearchModeEnum.MATCH);
                  return person;
                })
            .toList());
  }

  private static <T> List<T> given(@Nullable List<T> lists) {
    return lists == null ? List.of() : lists;
  }

  private static List<Long> keys(TokenOrListParam identifiers) {
    List<Long> keys = new ArrayList<>();
    for (TokenParam token : identifiers.getValuesAsQueryTokens()) {
      String typed = String.valueOf(token.getValue()).strip().toUpperCase(Locale.ROOT);
      String number = token.getSystem() == null ? IdentityNumber.normal(typed) : typed;
      Document.Kind only = Document.Kind.of(token.getSystem());
      Arrays.stream(Document.Kind.values())
          .filter(kind -> token.getSystem() == null || kind == only)
          .forEach(kind -> keys.add(Keys.of(new Document(kind, number))));
    }
    return keys;
  }

  private static Set<UUID> both(@Nullable Set<UUID> before, List<UUID> found) {
    Set<UUID> both = new LinkedHashSet<>(found);
    if (before != null) {
      both.retainAll(before);
    }
    return both;
  }

  private Persons.Current current(UUID person) {
    return persons.read(List.of(person)).stream()
        .findFirst()
        .orElseThrow(() -> Problem.of(ProblemCode.NOT_FOUND));
  }

  private static UUID uuid(String id) {
    return ifUuid(id).stream().findFirst().orElseThrow(() -> Problem.of(ProblemCode.NOT_FOUND));
  }

  private static List<UUID> ifUuid(String id) {
    try {
      UUID uuid = UUID.fromString(id);
      return uuid.toString().equals(id) ? List.of(uuid) : List.of();
    } catch (IllegalArgumentException none) {
      return List.of();
    }
  }

  private static Person shown(Persons.Current current, List<Persons.Kin> kin) {
    Person person = person(current.id(), current.version(), current.updated(), current.decision());
    kin.forEach(
        pair -> {
          boolean isChild = pair.child().equals(current.id());
          if (isChild || pair.mother().equals(current.id())) {
            person.addExtension(
                isChild ? MOTHER : CHILD,
                new Reference("Person/" + (isChild ? pair.mother() : pair.child())));
          }
        });
    person.setActive(!current.links().isEmpty());
    Set<Document> documents = new LinkedHashSet<>();
    for (Persons.Linked linked : current.links()) {
      Registration registration = linked.member().registration();
      documents.addAll(registration.proofs());
      if (!person.hasName() && !registration.shown().isEmpty()) {
        person.addName().setText(registration.shown());
      }
      if (!person.hasGender() && registration.gender() != null) {
        person.setGender(
            registration.gender().equals("F")
                ? AdministrativeGender.FEMALE
                : AdministrativeGender.MALE);
      }
      if (!person.hasBirthDate() && registration.birthDate() != null) {
        person.setBirthDateElement(new DateType(registration.birthDate()));
      }
      link(person, "Patient/" + linked.patient(), linked.member().basis());
    }
    documents.forEach(
        document ->
            person.addIdentifier().setSystem(document.kind().system()).setValue(document.number()));
    if (current.successor() != null) {
      person.addLink().setTarget(new Reference("Person/" + current.successor()));
    }
    return person;
  }

  private static Person shown(UUID id, Persons.Past past) {
    Person person = person(id, past.version(), past.updated(), past.decision());
    person.setActive(!past.links().isEmpty());
    past.links().forEach(link -> link(person, "Patient/" + link.patient(), link.basis()));
    return person;
  }

  private static Person person(UUID id, int version, Instant updated, @Nullable UUID decision) {
    Person person = new Person();
    if (decision != null) {
      person.addExtension(DECISION, new UuidType("urn:uuid:" + decision));
    }
    person.setId(new IdType("Person", id.toString(), "" + version));
    person.getMeta().setVersionId("" + version).setLastUpdated(Date.from(updated));
    return person;
  }

  /** R4's levels of assurance: what was checked, from a document down to a resemblance. */
  private static void link(Person person, String target, Basis basis) {
    IdentityAssuranceLevel level =
        switch (basis) {
          case STEWARD -> IdentityAssuranceLevel.LEVEL4;
          case PROOF -> IdentityAssuranceLevel.LEVEL3;
          case SCORE -> IdentityAssuranceLevel.LEVEL2;
          case ALONE -> IdentityAssuranceLevel.LEVEL1;
        };
    person.addLink().setTarget(new Reference(target)).setAssurance(level);
  }
}
