package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.hutong.fhir.Canonical;

/**
 * A name as it is written, and how it is read.
 *
 * @param family empty where there is no family name
 * @param pinyin lower-case syllables
 */
record Name(String family, String given, String pinyin) {

  String text() {
    return family + given;
  }

  ObjectNode node() {
    return Json.of(
        "extension",
        List.of(
            Json.of("url", Canonical.BASE + "/StructureDefinition/pinyin", "valueString", pinyin)),
        "use",
        "official",
        "text",
        text(),
        "family",
        family.isEmpty() ? null : family,
        "given",
        family.isEmpty() ? null : List.of(given));
  }
}
