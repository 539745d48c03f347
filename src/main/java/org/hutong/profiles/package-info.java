/**
 * The FHIR package under {@code fhir-profiles}: what is declared, and what is written held to it.
 */
@ApplicationModule(allowedDependencies = {"fhir", "store"})
@NullMarked
package org.hutong.profiles;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
