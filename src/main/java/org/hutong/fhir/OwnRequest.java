package org.hutong.fhir;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How this process marks a request that it sends to itself, so that its log need not list what it
 * does with itself. Nobody else can know the mark.
 */
public final class OwnRequest {
  public static final String HEADER = "X-Hutong-Own-Request";

  private static final String MARK = UUID.randomUUID().toString();

  private OwnRequest() {}

  /** The header's value. */
  public static String mark() {
    return MARK;
  }

  /**
   * @param sent what the header says; null when it is not there
   */
  public static boolean is(@Nullable String sent) {
    return MARK.equals(sent);
  }
}
