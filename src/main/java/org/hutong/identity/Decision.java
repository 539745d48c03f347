package org.hutong.identity;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hutong.fhir.Bilingual;
import org.jspecify.annotations.Nullable;

/**
 * What a steward decided about two registrations.
 *
 * @param one row id; of a merge that of the Patient that was given up
 * @param other row id
 * @param reason in the steward's words
 * @param institution code of the steward's institution
 * @param undoes what an UNDO took back
 * @param undoneBy the UNDO that took it back; null while it holds
 */
record Decision(
    UUID id,
    Instant at,
    Kind kind,
    long one,
    long other,
    String reason,
    String institution,
    Before before,
    @Nullable UUID undoes,
    @Nullable UUID undoneBy) {

  /** Whom it is about. */
  Two two() {
    return new Two(one, other);
  }

  /** What can be decided. */
  enum Kind {
    LINK("关联", "Link"),
    UNLINK("分开", "Unlink"),
    MERGE("合并", "Merge"),
    UNDO("撤销", "Undo");

    private final Bilingual text;

    Kind(String zh, String en) {
      this.text = new Bilingual(zh, en);
    }

    /** The public code, such as {@code unlink}. */
    String code() {
      return name().toLowerCase(Locale.ROOT);
    }

    Bilingual text() {
      return text;
    }
  }

  /**
   * What was before it.
   *
   * @param persons to whom registrations belonged, by row id
   * @param merged what a merge changed; null for other decisions
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Before(Map<Long, UUID> persons, @Nullable Merged merged) {

    /** The registrations that were one person's with both of two. */
    Set<Long> linkedWith(Two two) {
      UUID person = persons.get(two.one());
      return person == null || !person.equals(persons.get(two.other()))
          ? Set.of()
          : persons.entrySet().stream()
              .filter(entry -> entry.getValue().equals(person))
              .map(Map.Entry::getKey)
              .collect(Collectors.toSet());
    }
  }

  /**
   * What a merge changed.
   *
   * @param active whether the Patient that was given up had been active; null when it did not say
   * @param identifiers those that the one that stays received, as {@code system|value}
   * @param retired identifiers of the one that stays that became old, with the use they had before;
   *     empty for none
   * @param before version of the one that stays, before
   * @param after version of the one that stays, after; null when nothing but links and identifiers
   *     was changed
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Merged(
      @Nullable Boolean active,
      List<String> identifiers,
      Map<String, String> retired,
      String before,
      @Nullable String after) {

    Merged {
      retired = retired == null ? Map.of() : retired;
    }

    /** The same, that has left a version of the one that stays. */
    Merged leaving(String version) {
      return new Merged(active, identifiers, retired, before, version);
    }
  }
}
