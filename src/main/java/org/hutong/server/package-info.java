/**
 * The composition root: HAPI's server and storage put together, the stages of a request in order,
 * problems turned into answers. It knows modules by type only and no feature at all.
 */
@ApplicationModule(allowedDependencies = {"fhir", "store", "profiles"})
@NullMarked
package org.hutong.server;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
