package org.hutong.identity;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.Address;
import org.hl7.fhir.r4.model.ContactPoint;
import org.hl7.fhir.r4.model.ContactPoint.ContactPointSystem;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.HumanName.NameUse;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Patient.ContactComponent;
import org.hutong.fhir.IdentityNumber;
import org.jspecify.annotations.Nullable;

/**
 * What a registered Patient says about who it is, in the forms in which registrations are compared.
 *
 * @param shown the first current name as it was written
 * @param names current ones, by {@link ComparedName}
 * @param formerNames names of use {@code old} or {@code maiden}
 * @param birthDate {@code yyyy}, {@code yyyy-MM} or {@code yyyy-MM-dd}
 * @param gender M or F; null when it is not known
 * @param documents numbers that name somebody: no placeholders
 * @param phones digits, without the country's code
 * @param addresses text without blanks, or parts joined
 * @param relatives names of the contacts
 * @param birthOrder of a multiple birth
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Registration(
    String shown,
    List<String> names,
    List<String> formerNames,
    @Nullable String birthDate,
    @Nullable String gender,
    List<Document> documents,
    Set<String> phones,
    Set<String> addresses,
    Set<String> relatives,
    @Nullable Integer birthOrder) {

  private static final int DAY = 10;

  Registration {
    shown = shown == null ? "" : shown;
    names = names == null ? List.of() : names;
    formerNames = formerNames == null ? List.of() : formerNames;
    documents = documents == null ? List.of() : documents;
    phones = phones == null ? Set.of() : phones;
    addresses = addresses == null ? Set.of() : addresses;
    relatives = relatives == null ? Set.of() : relatives;
  }

  /** Whether a Person shows the same of both. */
  boolean showsLike(Registration other) {
    return shown.equals(other.shown)
        && Objects.equals(gender, other.gender)
        && Objects.equals(birthDate, other.birthDate)
        && proofs().equals(other.proofs());
  }

  /** What a Patient says. */
  static Registration of(Patient patient) {
    Set<String> names = new LinkedHashSet<>();
    Set<String> former = new LinkedHashSet<>();
    String shown = "";
    for (HumanName name : patient.getName()) {
      boolean past = name.getUse() == NameUse.OLD || name.getUse() == NameUse.MAIDEN;
      String compared = ComparedName.of(whole(name));
      if (!compared.isEmpty() && !Placeholder.isName(compared)) {
        (past ? former : names).add(compared);
        shown = shown.isEmpty() && !past ? whole(name) : shown;
      }
    }
    Set<Document> documents = new LinkedHashSet<>();
    for (Identifier identifier : patient.getIdentifier()) {
      Document.Kind kind = Document.Kind.of(identifier.getSystem());
      if (kind != null && identifier.hasValue()) {
        String number = identifier.getValue().strip().toUpperCase(Locale.ROOT);
        if (!Placeholder.isNumber(number)) {
          documents.add(new Document(kind, number));
        }
      }
    }
    Set<String> phones = new TreeSet<>();
    patient.getTelecom().forEach(point -> phone(point, phones));
    Set<String> addresses = new TreeSet<>();
    patient.getAddress().forEach(address -> address(address, addresses));
    Set<String> relatives = new TreeSet<>();
    for (ContactComponent contact : patient.getContact()) {
      String compared = ComparedName.of(whole(contact.getName()));
      if (!compared.isEmpty() && !Placeholder.isContact(compared)) {
        relatives.add(compared);
      }
    }
    return new Registration(
        shown,
        List.copyOf(names),
        List.copyOf(former),
        patient.hasBirthDate() ? patient.getBirthDateElement().getValueAsString() : null,
        gender(patient.getGender()),
        List.copyOf(documents),
        phones,
        addresses,
        relatives,
        patient.hasMultipleBirthIntegerType()
            ? patient.getMultipleBirthIntegerType().getValue()
            : null);
  }

  private static String whole(HumanName name) {
    return name.hasText()
        ? name.getText()
        : (name.hasFamily() ? name.getFamily() : "") + name.getGivenAsSingleString();
  }

  private static @Nullable String gender(@Nullable AdministrativeGender gender) {
    return gender == AdministrativeGender.MALE
        ? "M"
        : gender == AdministrativeGender.FEMALE ? "F" : null;
  }

  private static void phone(ContactPoint point, Set<String> phones) {
    if (point.hasValue() && point.getSystem() != ContactPointSystem.EMAIL) {
      String digits = point.getValue().replaceAll("[^0-9]", "").replaceFirst("^(00)?86(?=1)", "");
      if (digits.length() >= 7 && !Placeholder.isPhone(digits)) {
        phones.add(digits);
      }
    }
  }

  private static void address(Address address, Set<String> addresses) {
    StringBuilder whole = new StringBuilder();
    if (address.hasText()) {
      whole.append(address.getText());
    } else {
      whole.append(address.hasState() ? address.getState() : "");
      whole.append(address.hasCity() ? address.getCity() : "");
      whole.append(address.hasDistrict() ? address.getDistrict() : "");
      address.getLine().forEach(line -> whole.append(line.getValue()));
    }
    String text = whole.toString().replaceAll("[\\s\\p{Z}\\p{P}]", "");
    if (text.length() >= 6) {
      addresses.add(text);
    }
  }

  /**
   * The same without numbers that somebody typed for many, but for one that tells its bearer's own
   * day of birth: whoever has the same name too is the same.
   */
  Registration doubting(Set<Document> worn) {
    if (worn.isEmpty()) {
      return this;
    }
    List<Document> believed =
        documents.stream()
            .filter(
                document ->
                    !worn.contains(document)
                        || document.kind() == Document.Kind.ID_CARD && isBornOnKnownDay())
            .toList();
    return new Registration(
        shown,
        names,
        formerNames,
        birthDate,
        gender,
        believed,
        phones,
        addresses,
        relatives,
        birthOrder);
  }

  /** Whether the birth date is known to the day. */
  @JsonIgnore
  boolean isBornOnKnownDay() {
    return birthDate != null && birthDate.length() == DAY;
  }

  /** The documents of which each alone says who this is, and which nothing here contradicts. */
  List<Document> proofs() {
    return documents.stream().filter(this::isProof).toList();
  }

  /** A child without a name of its own has no card yet either: it is under its mother's. */
  boolean isProof(Document document) {
    return document.kind().proves()
        && document.isWellFormed()
        && (document.kind() != Document.Kind.ID_CARD
            || mother() == null && bornAs(document.number()) && ofGender(document.number()));
  }

  /** The number of the identity card; null when there is none. */
  @Nullable String cardNumber() {
    for (Document document : documents) {
      if (document.kind() == Document.Kind.ID_CARD) {
        return document.number();
      }
    }
    return null;
  }

  /** Whether there is a card, with the right number for whoever this is. */
  boolean hasOwnCard() {
    return documents.stream()
        .anyMatch(document -> document.kind() == Document.Kind.ID_CARD && isProof(document));
  }

  /** The mother's name, of a child that has none of its own; null for everybody else. */
  @Nullable String mother() {
    for (String name : names) {
      String mother = ComparedName.mother(name);
      if (mother != null) {
        return mother;
      }
    }
    return null;
  }

  Set<String> relativesAndMother() {
    String mother = mother();
    if (mother == null) {
      return relatives;
    }
    Set<String> all = new TreeSet<>(relatives);
    all.add(mother);
    return all;
  }

  private boolean bornAs(String number) {
    String told = birthDate;
    return told == null || IdentityNumber.birthDate(number).toString().startsWith(told);
  }

  private boolean ofGender(String number) {
    return gender == null || gender.equals(IdentityNumber.isFemale(number) ? "F" : "M");
  }

  /** Years between the births; null when one is not known. */
  @Nullable Integer yearsApart(Registration other) {
    LocalDate one = born();
    LocalDate two = other.born();
    return one == null || two == null ? null : Math.abs(one.getYear() - two.getYear());
  }

  private @Nullable LocalDate born() {
    if (birthDate != null) {
      return LocalDate.of(Integer.parseInt(birthDate.substring(0, 4)), 1, 1);
    }
    return null;
  }

  boolean isYoungerThan(Registration other) {
    LocalDate one = born();
    LocalDate two = other.born();
    return one != null && two != null && one.isAfter(two);
  }

  /** Whether nothing says that these are twins. */
  boolean multipleBirthAgrees(Registration other) {
    return birthOrder == null || other.birthOrder == null || birthOrder.equals(other.birthOrder);
  }

  /** All names, current ones first. */
  List<String> allNames() {
    List<String> all = new ArrayList<>(names);
    all.addAll(formerNames);
    return all;
  }
}
