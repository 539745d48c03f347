package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * @param code of ICD-10 as it is used in China
 */
record Diagnosis(String code, String name) {

  /** The first three characters. */
  String category() {
    return code.substring(0, 3);
  }

  ObjectNode concept() {
    return Json.concept(Json.coding("urn:oid:2.16.156.10011.2.3.3.11", code, null), name);
  }
}
