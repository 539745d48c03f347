package org.hutong.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A resource with gaps: JSON in which {@code ${name}} stands for a text and the string {@code
 * "#{name}"} for a number. Texts are put in as they are, so they must need no escaping.
 *
 * @param texts what stands before, between and after the gaps
 */
record Template(List<String> texts, List<String> gaps) {

  private static final Pattern GAP = Pattern.compile("\\$\\{(\\w+)}|\"#\\{(\\w+)}\"");

  /** Reads {@code /fhir/<name>.json} from the class path. */
  static Template read(String name) {
    try (InputStream file = Template.class.getResourceAsStream("/fhir/" + name + ".json")) {
      return of(new ObjectMapper().readTree(file).toString());
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  static Template of(String json) {
    List<String> texts = new ArrayList<>();
    List<String> gaps = new ArrayList<>();
    Matcher gap = GAP.matcher(json);
    int end = 0;
    while (gap.find()) {
      texts.add(json.substring(end, gap.start()));
      gaps.add(gap.group(1) != null ? gap.group(1) : gap.group(2));
      end = gap.end();
    }
    texts.add(json.substring(end));
    return new Template(texts, gaps);
  }

  String fill(Map<String, ?> values) {
    StringBuilder json = new StringBuilder(texts.get(0));
    for (int i = 0; i < gaps.size(); i++) {
      Object value = values.get(gaps.get(i));
      if (value == null) {
        throw new IllegalArgumentException("No value for " + gaps.get(i));
      }
      json.append(value).append(texts.get(i + 1));
    }
    return json.toString();
  }
}
