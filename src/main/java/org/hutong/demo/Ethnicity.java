package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A people of the county.
 *
 * @param code of GB/T 3304
 * @param names how names are made: {@code han}, with a family name, or a list of its own
 * @param surnames with pinyin after a colon; empty for those of everybody
 */
record Ethnicity(String code, String name, double share, String names, List<String> surnames) {
  static final List<Ethnicity> ALL =
      Table.read(
          "ethnicities",
          row ->
              new Ethnicity(
                  row.text("code"),
                  row.text("name"),
                  row.number("share"),
                  row.text("names"),
                  row.list("surnames")));

  static Ethnicity han() {
    return ALL.get(0);
  }

  ObjectNode extension() {
    return Json.extension("ethnicity", Json.coding("urn:oid:2.16.156.10011.2.3.3.3", code, name));
  }
}
