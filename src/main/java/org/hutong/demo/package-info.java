/**
 * A county that does not exist, with its institutions, staff, residents and a year of what happened
 * to them; deterministic by seed. It talks to the server over FHIR, as any vendor's system does.
 */
@ApplicationModule(allowedDependencies = {"fhir"})
@NullMarked
package org.hutong.demo;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
