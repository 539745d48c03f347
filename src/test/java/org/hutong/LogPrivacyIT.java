package org.hutong;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Nothing about the cast is in the log, whatever they did and however requests about them fail. */
class LogPrivacyIT {
  private static final String NAME = "李秀兰";
  private static final String IDENTITY = "159981195803140025";
  private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9a-fA-F]{4})");

  @Test
  void saysNothingAboutThoseWhoseRecordsItCarries() throws Exception {
    Story.told();
    List<Integer> statuses = askBadly();
    assertThat(statuses)
        .as("most of them fail")
        .filteredOn(status -> status >= 400)
        .hasSizeGreaterThan(25);
    assertThat(statuses).as("and none by our fault").allMatch(status -> status < 500);

    assertThat(CastTraces.of()).contains(NAME, IDENTITY, "12000000001", "柳溪村卫生室", "li xiu lan");
    assertThat(Files.readAllLines(Running.LOG)).isNotEmpty();
    List<String> readings = readings(Files.readString(Running.LOG));
    for (String trace : CastTraces.of()) {
      assertThat(readings)
          .as("traces of %s", trace)
          .allSatisfy(reading -> assertThat(linesWith(trace, reading)).isEmpty());
    }
  }

  private static List<String> linesWith(String trace, String reading) {
    String folded = trace.toLowerCase(Locale.ROOT);
    return reading.lines().filter(line -> line.toLowerCase(Locale.ROOT).contains(folded)).toList();
  }

  /** The log as it is, and with every kind of escape undone. */
  private static List<String> readings(String log) {
    String plain =
        ESCAPE.matcher(log).replaceAll(escape -> "" + (char) Integer.parseInt(escape.group(1), 16));
    return List.of(
        log,
        plain,
        percentDecoded(plain, StandardCharsets.UTF_8),
        percentDecoded(plain, Charset.forName("GB18030")),
        new String(plain.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
  }

  private static String percentDecoded(String text, Charset charset) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] from = text.getBytes(charset);
    for (int i = 0; i < from.length; i++) {
      int high = i + 2 < from.length && from[i] == '%' ? Character.digit(from[i + 1], 16) : -1;
      int low = high >= 0 ? Character.digit(from[i + 2], 16) : -1;
      if (low >= 0) {
        bytes.write(high << 4 | low);
        i += 2;
      } else {
        bytes.write(from[i]);
      }
    }
    return bytes.toString(charset);
  }

  /** Requests that put the cast where they do not belong; returns how they were answered. */
  private static List<Integer> askBadly() {
    List<HttpResponse<String>> answers = new ArrayList<>();
    String name = URLEncoder.encode(NAME, StandardCharsets.UTF_8);
    String gbk = URLEncoder.encode(NAME, Charset.forName("GBK"));
    for (String value : List.of(name, gbk, IDENTITY, "li-xiulan")) {
      for (String path :
          List.of(
              "/%s",
              "/Patient/%s",
              "/Patient/%s/_history/1",
              "/Patient/1/_history/%s",
              "/Patient/$%s",
              "/Patient/%s/$everything",
              "/Patient?name=%s",
              "/Patient?nickname=%s",
              "/Patient?%s=1",
              "/Patient?birthdate=%s",
              "/Patient?_sort=%s",
              "/Patient?_count=%s",
              "/Patient?_include=%s",
              "/Patient?_lastUpdated=%s",
              "/Patient?_elements=%s",
              "/Patient?_format=%s",
              "/Patient?_has:Encounter:patient:%s=1",
              "/Patient?organization.name=%s",
              "/Patient?organization.%s=1",
              "/Patient?name:%s=1",
              "/Encounter?patient=%s",
              "/Encounter?patient=Patient/%s",
              "/Encounter?date=%s",
              "/Observation?value-quantity=%s",
              "/ValueSet/$expand?url=%s",
              "/ValueSet/$validate-code?url=%s&code=%s",
              "/CodeSystem/$lookup?system=%s&code=%s",
              "/ConceptMap/$translate?system=%s&code=%s",
              "/Patient/1/$everything?start=%s",
              "/Patient/$validate?profile=%s")) {
        answers.add(Running.get(path.replace("%s", value)));
      }
    }
    answers.add(
        Running.post("/Patient", "{\"resourceType\":\"Patient\",\"name\":[{\"text\":\"李秀兰\"}"));
    answers.add(
        Running.post("/Patient", "{\"resourceType\":\"Patient\",\"李秀兰\":\"159981195803140025\"}"));
    answers.add(Running.post("/Patient", "{\"resourceType\":\"Patient\",\"gender\":\"李秀兰\"}"));
    answers.add(Running.post("/Patient", "{\"resourceType\":\"李秀兰\"}"));
    answers.add(
        Running.post(
            "/Patient", "{\"resourceType\":\"Patient\",\"birthDate\":\"159981195803140025\"}"));
    answers.add(
        Running.post("/Encounter", "{\"resourceType\":\"Patient\",\"name\":[{\"text\":\"李秀兰\"}]}"));
    answers.add(Running.post("/Observation", observation("Patient/159981195803140025")));
    answers.add(Running.post("/Observation", observation("Patient/li-xiulan")));
    answers.add(Running.post("/Observation", observation("李秀兰")));
    answers.add(Running.post("/Observation", observation("http://example.org/李秀兰")));
    answers.add(
        Running.post("/Observation", observation("Patient?identifier=159981195803140025x")));
    answers.add(
        Running.post(
            "/Observation",
            observation("Patient/1")
                .replace(
                    "\"status\"",
                    "\"meta\":{\"profile\":[\"http://example.org/li-xiulan\"]},\"status\"")));
    answers.add(
        Running.put("/Patient/li-xiulan", "{\"resourceType\":\"Patient\",\"id\":\"li-xiulan\"}"));
    answers.add(Running.put("/Patient?nickname=" + name, "{\"resourceType\":\"Patient\"}"));
    answers.add(
        Running.put(
            "/Patient?name=" + name,
            "{\"resourceType\":\"Patient\",\"name\":[{\"text\":\"李秀兰\"}]}"));
    answers.add(Running.delete("/Patient?identifier=" + IDENTITY));
    answers.add(Running.delete("/Patient/li-xiulan"));
    for (String condition :
        List.of("nickname=" + IDENTITY, "name=" + name, IDENTITY, "identifier=%zz")) {
      answers.add(
          Running.send(
              json("/Patient")
                  .header("If-None-Exist", condition)
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          "{\"resourceType\":\"Patient\",\"name\":[{\"text\":\"李秀兰\"}]}"))));
    }
    for (String url :
        List.of(
            "Patient?name=" + name,
            "Patient?nickname=" + name,
            "Patient/" + IDENTITY,
            "lixiulan/1",
            "Patient?birthdate=" + name)) {
      answers.add(
          Running.post(
              "", bundle("batch", "{\"request\":{\"method\":\"GET\",\"url\":\"" + url + "\"}}")));
      answers.add(
          Running.post(
              "",
              bundle("transaction", "{\"request\":{\"method\":\"GET\",\"url\":\"" + url + "\"}}")));
    }
    for (String type : List.of("batch", "transaction")) {
      answers.add(
          Running.post(
              "",
              bundle(
                  type,
                  "{\"resource\":"
                      + observation("Patient?identifier=159981195803140025x")
                      + ",\"request\":{\"method\":\"POST\",\"url\":\"Observation\"}}")));
    }
    for (String patch :
        List.of(
            "[{\"op\":\"test\",\"path\":\"/name/0/text\",\"value\":\"李秀兰\"}]",
            "[{\"op\":\"replace\",\"path\":\"/李秀兰\",\"value\":\"159981195803140025\"}]",
            "[{\"op\":\"李秀兰\"}]")) {
      answers.add(
          Running.send(
              Running.request("/Patient/1")
                  .header("Content-Type", "application/json-patch+json")
                  .method("PATCH", HttpRequest.BodyPublishers.ofString(patch))));
    }
    answers.add(Running.send(json("/Patient").header("X-Hutong-Institution", "lixiulan").GET()));
    answers.add(
        Running.send(
            json("/Patient")
                .header("User-Agent", "li-xiulan")
                .header("Accept", "li-xiulan/x")
                .GET()));
    answers.add(
        Running.send(json("/Patient").method("LIXIULAN", HttpRequest.BodyPublishers.noBody())));
    answers.add(
        Running.send(
            HttpRequest.newBuilder(URI.create(Running.origin() + "/" + name + "?" + name))));
    return answers.stream().map(HttpResponse::statusCode).toList();
  }

  private static HttpRequest.Builder json(String path) {
    return Running.request(path).header("Content-Type", "application/fhir+json");
  }

  private static String bundle(String type, String entry) {
    return "{\"resourceType\":\"Bundle\",\"type\":\"" + type + "\",\"entry\":[" + entry + "]}";
  }

  private static String observation(String subject) {
    return """
        {"resourceType":"Observation","status":"final","code":{"text":"李秀兰的心电图"},
         "subject":{"reference":"%s","display":"李秀兰"},"note":[{"text":"12000000001"}]}
        """
        .formatted(subject);
  }
}
