/**
 * Who is who: the Patients that institutions registered, and the person whom each is held to be.
 *
 * <p>May use {@code fhir} and {@code store}.
 */
@ApplicationModule(allowedDependencies = {"fhir", "store"})
@NullMarked
package org.hutong.identity;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
