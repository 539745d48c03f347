package org.hutong.bench;

import java.util.OptionalLong;

/**
 * A server under load.
 *
 * @param base FHIR base URL without a slash at the end
 * @param server process id of the server, where its CPU time is to be counted
 * @param database process id of PostgreSQL's postmaster, likewise
 */
record Target(String name, String base, OptionalLong server, OptionalLong database) {}
