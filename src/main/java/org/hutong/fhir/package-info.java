/**
 * Our FHIR vocabulary: profiles, identifier systems, problems and the stages of a request.
 *
 * <p>Pure: no Spring, no JPA, no I/O. Every other module may use it; it uses none.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package org.hutong.fhir;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
