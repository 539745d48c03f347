/**
 * The only door to HAPI's storage: the database and its schema, the narrow row, the search
 * parameters that are indexed.
 */
@NullMarked
package org.hutong.store;

import org.jspecify.annotations.NullMarked;
