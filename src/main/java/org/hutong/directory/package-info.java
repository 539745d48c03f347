/**
 * Institutions by tier, their dated membership of an alliance, and staff with dated roles.
 *
 * <p>May use {@code fhir} and {@code store}.
 */
@ApplicationModule(allowedDependencies = {"fhir", "store"})
@NullMarked
package org.hutong.directory;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
