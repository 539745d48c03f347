package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A green channel.
 *
 * @param code of {@code green-channel}
 */
record Channel(String code, String name, List<Course> courses) {
  static final List<Channel> ALL =
      List.of(
          channel("chest-pain", "胸痛", "stemi", "stemi-inferior"),
          channel("stroke", "卒中", "stroke-early"),
          channel("trauma", "创伤", "splenic-rupture", "multiple-injuries"),
          channel("maternal", "危重孕产妇", "preeclampsia"),
          channel("child-newborn", "危重儿童和新生儿", "febrile-convulsion"));

  private static final Pattern HOURS = Pattern.compile("([0-9]+) 小时");

  /**
   * When what happened.
   *
   * @param treatment when the treatment began that counts; null when there is none
   */
  record Clock(@Nullable LocalDateTime treatment, List<ObjectNode> components) {}

  /** Minutes from the puncture until the wire has passed. */
  private static final int PUNCTURE = 14;

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

  /** By which a course comes to the hospital when every minute counts. */
  static Optional<Channel> of(Course course) {
    return ALL.stream().filter(channel -> channel.courses().contains(course)).findFirst();
  }

  private static Channel channel(String code, String name, String... courses) {
    return new Channel(code, name, Stream.of(courses).map(Course::of).toList());
  }

  ObjectNode extension() {
    return Json.extension("green-channel", Json.ours("green-channel", code, name));
  }

  /**
   * The times that count, to the minute. What the chart has noted is not drawn again.
   *
   * @param contact when the resident first came to a doctor
   * @param door when they came to the hospital
   */
  Clock clock(Chart chart, Course course, LocalDateTime contact, LocalDateTime door) {
    List<ObjectNode> components = new ArrayList<>();
    LocalDateTime treatment = null;
    for (Node node : NODES) {
      if (node.channel().equals(code)) {
        LocalDateTime from = node.code().startsWith("receiving") ? door : contact;
        int after = chart.chance().between(node.earliest(), node.latest());
        LocalDateTime time = chart.clock().getOrDefault(node.code(), from.plusMinutes(after));
        if (node.code().equals("onset")) {
          Matcher hours = HOURS.matcher(course.illness().complaint());
          time = contact.minusHours(hours.find() ? Integer.parseInt(hours.group(1)) : 1);
        }
        if (List.of("receiving-wire", "receiving-needle").contains(node.code())) {
          treatment = time.minusMinutes(node.code().equals("receiving-wire") ? PUNCTURE : 0);
        }
        components.add(Json.of("code", Json.text(node.name()), "valueDateTime", Chart.time(time)));
      }
    }
    return new Clock(treatment, components);
  }

  /** As the receiving hospital has put it together. */
  void write(Findings findings, Clock clock) {
    findings.observation(
        "procedure", Json.text(name + "绿色通道时间节点"), Json.of("component", clock.components()));
  }
}
