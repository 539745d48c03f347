package org.hutong.profiles;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How what is written is held to profiles.
 *
 * @param policy which profiles are held against a resource
 */
@ConfigurationProperties("hutong.profiles")
public record ProfilesSettings(@DefaultValue("enforce") Policy policy) {

  /** Which profiles apply at write. */
  public enum Policy {
    /** Ours, chosen by the published rule, and those that the resource declares. */
    ENFORCE,
    /** Only those that the resource declares, and FHIR R4 itself. */
    DECLARED,
    /** None: only the FHIR grammar is checked. For measuring and for data checked elsewhere. */
    OFF
  }
}
