/**
 * The only door to what is stored: PostgreSQL itself, the migration of its tables, and all reading
 * and writing of resources.
 *
 * <p>May use {@code fhir}; the one module besides {@code server} and {@code profiles} that sees the
 * FHIR engine's storage.
 */
@ApplicationModule(allowedDependencies = {"fhir"})
@NullMarked
package org.hutong.store;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
