package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A resource and whose it is.
 *
 * @param owner the institution that registers it
 * @param resource refers to others by conditional references
 */
record Entry(Key key, Site owner, ObjectNode resource) {}
