/**
 * The shared record: everything that belongs to a patient.
 *
 * <p>May use {@code fhir} and {@code store}.
 */
@ApplicationModule(allowedDependencies = {"fhir", "store"})
@NullMarked
package org.hutong.record;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
