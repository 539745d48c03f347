package org.hutong.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.AddressIndex;
import org.hutong.fhir.Facts;
import org.hutong.fhir.NameIndex;

/**
 * The rules by which this build indexes, as digests of their definitions. What was written under
 * another rule of the same name must be indexed again (decision 0014).
 */
public final class IndexRules {
  /** The rule of the forms in which values are compared, beside the search parameters. */
  static final String FORMS = "hutong-forms";

  /** Code of the hidden search parameter whose rule stands for every link. */
  public static final String LINKS = "hutong-links";

  /** The rule of the narrow row. */
  static final String NARROW_ROW = "hutong-row";

  /** All rules of a type together: it differs when one has gone, too. No search needs it. */
  static final String ALL = "hutong-all";

  /**
   * Version of our own code that finds values by a definition ({@link ElementPaths}, the settings
   * of the index). Raise it when the same definition comes to find other values: everything is then
   * indexed again, and searches are refused until it is.
   */
  private static final int CODE = 1;

  /** The same for dates alone. */
  private static final int DATES = 2;

  /** Answered from columns of the resource itself. */
  private static final Set<String> NOT_INDEXED = Set.of("_id", "_lastUpdated");

  private final Map<String, Map<String, String>> digests = new TreeMap<>();
  private final Map<String, Set<String>> formed;
  private final Consumer<Resource> form;

  /**
   * The rules in force.
   *
   * @param parameters definitions of the search parameters by type and code
   * @param forms definition of the forms in which values are kept
   * @param formed codes of the parameters whose values have such forms, by type
   * @param form brings a resource into them
   * @param besides what modules keep beside resources
   */
  public IndexRules(
      Map<String, Map<String, String>> parameters,
      String forms,
      Map<String, Set<String>> formed,
      Consumer<Resource> form,
      List<Beside> besides) {
    this.formed = formed;
    this.form = form;
    parameters.forEach(
        (type, definitions) -> {
          Map<String, String> rules = new TreeMap<>();
          definitions.forEach(
              (code, definition) ->
                  rules.put(code, digest(version(type, code, definition) + "\n" + definition)));
          rules.keySet().removeAll(NOT_INDEXED);
          rules.put(FORMS, digest(forms));
          rules.put(NARROW_ROW, digest(Facts.rule(type)));
          besides.stream()
              .filter(beside -> beside.type().equals(type))
              .forEach(beside -> rules.put(beside.rule(), digest(beside.definition())));
          rules.put(ALL, digest(rules.toString()));
          digests.put(type, rules);
        });
  }

  /** Digests by type and rule. */
  Map<String, Map<String, String>> digests() {
    return digests;
  }

  /** Whether the values of a parameter are compared in a form of ours. */
  boolean hasForm(String type, String code) {
    return formed.getOrDefault(type, Set.of()).contains(code);
  }

  /** Brings a resource into the form in which it would be written today. */
  void bringIntoForm(Resource resource) {
    form.accept(resource);
  }

  private static String version(String type, String code, String definition) {
    if (NameIndex.has(type, code)) {
      return CODE + " " + NameIndex.rule();
    }
    if (AddressIndex.has(type, code)) {
      return CODE + " " + AddressIndex.rule();
    }
    return String.valueOf(definition.startsWith("date\n") ? DATES : CODE);
  }

  private static String digest(String definition) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(definition.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
