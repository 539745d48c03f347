package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A department of care (诊疗科目), by its code. */
record Specialty(String code, String name) {
  private static final Map<String, Specialty> ALL = all();

  static Specialty of(String code) {
    Specialty specialty = ALL.get(code);
    if (specialty == null) {
      throw new IllegalArgumentException("no specialty " + code);
    }
    return specialty;
  }

  /** Whether it looks at samples and pictures rather than at patients. */
  boolean technical() {
    return code.startsWith("3");
  }

  ObjectNode concept() {
    return Json.concept(Json.ours("specialty", code, name));
  }

  private static Map<String, Specialty> all() {
    List<Specialty> rows =
        Table.read("specialties", row -> new Specialty(row.text("code"), row.text("name")));
    Map<String, Specialty> all = new TreeMap<>();
    rows.forEach(specialty -> all.put(specialty.code(), specialty));
    return all;
  }
}
