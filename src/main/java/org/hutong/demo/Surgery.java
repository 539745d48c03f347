package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** How an operation is classed. */
final class Surgery {
  private static final List<String> LEVELS = List.of("一级手术", "二级手术", "三级手术", "四级手术");

  private Surgery() {}

  /** Level of surgery, 1 to 4. */
  static ObjectNode level(int level) {
    return Json.extension(
        "surgery-level",
        Json.coding("urn:oid:2.16.156.10011.2.3.1.258", "" + level, LEVELS.get(level - 1)));
  }

  static ObjectNode category(boolean emergency) {
    return Json.extension(
        "surgery-category",
        emergency
            ? Json.ours("surgery-category", "2", "急诊手术")
            : Json.ours("surgery-category", "1", "择期手术"));
  }
}
