package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * A green channel.
 *
 * @param code of {@code green-channel}
 */
record Channel(String code, String name, Course course) {
  static final List<Channel> ALL =
      List.of(
          new Channel("chest-pain", "胸痛", Course.of("stemi")),
          new Channel("stroke", "卒中", Course.of("cerebral-infarction")),
          new Channel("trauma", "创伤", Course.of("multiple-injuries")),
          new Channel("maternal", "危重孕产妇", Course.of("preeclampsia")),
          new Channel("child-newborn", "危重儿童和新生儿", Course.of("febrile-convulsion")));

  private record Node(String channel, String code, String name, int earliest, int latest) {}

  private static final List<Node> NODES =
      Table.read(
          "channels",
          row ->
              new Node(
                  row.text("channel"),
                  row.text("node"),
                  row.text("name"),
                  row.whole("earliest"),
                  row.whole("latest")));

  double weight(Resident resident, LocalDate on) {
    return course.illness().weight(resident, on);
  }

  ObjectNode extension() {
    return Json.extension("green-channel", Json.ours("green-channel", code, name));
  }

  /**
   * The times that count, to the minute, as the receiving hospital has put them together.
   *
   * @param door when the resident came to the hospital
   */
  void nodes(Findings findings, LocalDateTime contact, LocalDateTime door) {
    Chance chance = findings.visit().chart().chance();
    List<ObjectNode> components = new ArrayList<>();
    for (Node node : NODES) {
      if (node.channel().equals(code)) {
        LocalDateTime from = node.code().startsWith("receiving") ? door : contact;
        LocalDateTime time = from.plusMinutes(chance.between(node.earliest(), node.latest()));
        components.add(Json.of("code", Json.text(node.name()), "valueDateTime", Chart.time(time)));
      }
    }
    findings.observation(
        "procedure", Json.text(name + "绿色通道时间节点"), Json.of("component", components));
  }
}
