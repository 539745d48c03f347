package org.hutong.identity;

import java.util.UUID;

/**
 * A registration as it is kept.
 *
 * @param patient row id of the Patient
 * @param basis why it belongs to the person
 */
record Member(long patient, UUID person, Basis basis, Registration registration) {

  /** Why a registration belongs to a person. */
  enum Basis {
    /** It is the first, or the only one. */
    ALONE,
    /** A document proves it. */
    PROOF,
    /** Enough agrees. */
    SCORE,
    /** A steward said so. */
    STEWARD
  }

  /** The same, for another reason. */
  Member on(Basis why) {
    return new Member(patient, person, why, registration);
  }
}
