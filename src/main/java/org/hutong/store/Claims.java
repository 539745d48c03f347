package org.hutong.store;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamToken;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.HalfWidth;
import org.hutong.fhir.IdentityNumber;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction must have for itself before it looks at anything, so that of those who would
 * get into each other's way one comes after the other.
 *
 * <p>A condition claims the values of the identifiers that it asks for, in whatever system and
 * beside whatever else, and those of the resource that it may create: two conditions that one
 * resource could satisfy by its identifiers have a value in common. A condition that asks for no
 * identifier claims its whole type, which all other conditions on that type share.
 */
final class Claims {
  static final Claims NONE = new Claims();

  private static final PartitionSettings NO_PARTITIONS = new PartitionSettings();
  private static final String IDENTIFIER = "identifier";

  /** What the parameter {@code identifier} is an index of, in one type or another. */
  private static final List<String> ELEMENTS = List.of(IDENTIFIER, "masterIdentifier");

  /** Numbers of advisory locks; whether others may have it at the same time. */
  private final SortedMap<Long, Boolean> locks = new TreeMap<>();

  private final Set<String> ids = new TreeSet<>();
  private final Set<Long> systemsAndValues = new TreeSet<>();
  private final Set<Long> values = new TreeSet<>();

  /** A value that an identifier may have, with its system where one is asked for. */
  private record Token(@Nullable String system, String value) {}

  boolean isEmpty() {
    return locks.isEmpty() && ids.isEmpty();
  }

  /** In the one order in which everybody takes them. */
  SortedMap<Long, Boolean> locks() {
    return locks;
  }

  /** Logical ids of the resources that are to be changed. */
  Set<String> ids() {
    return ids;
  }

  /** Index hashes of the identifiers, with system, of what a condition is to find and change. */
  Set<Long> systemsAndValues() {
    return systemsAndValues;
  }

  /** Index hashes of the identifiers that are asked for in any system. */
  Set<Long> values() {
    return values;
  }

  /** Claims a resource, to change or delete it. */
  void resource(String id) {
    ids.add(id);
  }

  /**
   * Claims what a condition may match.
   *
   * @param condition {@code [type?]query}, percent-encoded
   * @param changes whether what it matches will be changed
   * @param brings what is created where nothing matches
   */
  void condition(String type, String condition, boolean changes, @Nullable Resource brings) {
    List<Token> asked = asked(condition);
    locks.merge(number(type), !asked.isEmpty(), Boolean::logicalAnd);
    for (Token token : asked) {
      locks.put(number(type, token.value), false);
      if (changes && token.system == null) {
        values.add(
            ResourceIndexedSearchParamToken.calculateHashValue(
                NO_PARTITIONS, (RequestPartitionId) null, type, IDENTIFIER, token.value));
      } else if (changes) {
        systemsAndValues.add(
            ResourceIndexedSearchParamToken.calculateHashSystemAndValue(
                NO_PARTITIONS,
                (RequestPartitionId) null,
                type,
                IDENTIFIER,
                token.system,
                token.value));
      }
    }
    if (brings != null && !asked.isEmpty()) {
      borne(brings).forEach(value -> locks.put(number(type, value), false));
    }
  }

  /** The identifiers that a condition names; none when it would match without any of them. */
  private static List<Token> asked(String condition) {
    List<Token> all = new ArrayList<>();
    for (String pair : condition.substring(condition.indexOf('?') + 1).split("&")) {
      String[] parameter = pair.split("=", 2);
      if (parameter[0].equals(IDENTIFIER) && parameter.length == 2) {
        List<Token> tokens = tokens(parameter[1]);
        if (tokens.isEmpty()) {
          return List.of();
        }
        all.addAll(tokens);
      }
    }
    return all;
  }

  private static List<Token> tokens(String value) {
    String decoded;
    try {
      decoded = URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return List.of(); // Whoever carries the condition out refuses it.
    }
    List<Token> tokens = new ArrayList<>();
    for (String alternative : decoded.split("(?<!\\\\),")) {
      String[] token = alternative.split("(?<!\\\\)\\|", 2);
      String number = plain(token[token.length - 1]);
      if (number.isBlank()) {
        return List.of();
      }
      String system = token.length == 1 || token[0].isBlank() ? null : plain(token[0]);
      tokens.add(new Token(system, number));
    }
    return tokens;
  }

  /** FHIR R4 §3.1.1.4.3: what a backslash protects stands for itself. */
  private static String plain(String escaped) {
    return escaped.replaceAll("\\\\([\\\\,|$])", "$1").strip();
  }

  private static List<String> borne(Resource resource) {
    List<String> borne = new ArrayList<>();
    for (String element : ELEMENTS) {
      Property property = resource.getNamedProperty(element);
      if (property != null) {
        for (Base value : property.getValues()) {
          if (value instanceof Identifier identifier && identifier.hasValue()) {
            borne.add(identifier.getValue());
          }
        }
      }
    }
    return borne;
  }

  /** The lock of a type. */
  static long number(String type) {
    return hash(type);
  }

  /**
   * The lock of an identifier's value. Values that are kept as one have one; that some have one
   * which are not does no harm.
   */
  static long number(String type, String value) {
    String bare = HalfWidth.of(value).replaceAll("[\\s-]", "");
    return hash(type + "|" + IdentityNumber.normal(bare).toUpperCase(Locale.ROOT));
  }

  private static long hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
