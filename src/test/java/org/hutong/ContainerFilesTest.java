package org.hutong;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What can be known of the container files without a container engine. */
class ContainerFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> INSTRUCTIONS =
      Set.of(
          "FROM",
          "LABEL",
          "RUN",
          "WORKDIR",
          "COPY",
          "USER",
          "VOLUME",
          "ENV",
          "HEALTHCHECK",
          "ENTRYPOINT");
  private static final Pattern SECRET = Pattern.compile("(?i).*(password|secret|token|key)$");
  private static final Pattern FROM_OUTSIDE = Pattern.compile("\\$\\{[A-Z_]+:\\?[^}]+}");

  private final JsonNode compose = compose();
  private final List<String> dockerfile = dockerfile();

  @Test
  void dockerfileHoldsKnownInstructionsOnly() {
    assertThat(dockerfile).isNotEmpty().allMatch(line -> INSTRUCTIONS.contains(line.split(" ")[0]));
  }

  @Test
  void copiesNothingThatTheBuildContextLeavesOut() throws IOException {
    assertThat(dockerfile)
        .filteredOn(line -> line.startsWith("COPY") && !line.contains("--from="))
        .containsExactly("COPY target/hutong-*.jar hutong.jar");
    assertThat(Files.readAllLines(Path.of(".dockerignore"))).contains("*", "!target/hutong-*.jar");
  }

  @Test
  void doesNotRunAsRoot() {
    String user = last("USER");
    assertThat(user).isNotIn("USER root", "USER 0");
    assertThat(dockerfile.indexOf(user)).isLessThan(dockerfile.indexOf(last("ENTRYPOINT")));
  }

  @Test
  void startsJavaWithoutAShellBetween() throws IOException {
    JsonNode command = JSON.readTree(last("ENTRYPOINT").substring("ENTRYPOINT ".length()));

    assertThat(command.path(0).asText()).isEqualTo("java");
    assertThat(command.toString()).contains("MaxRAMPercentage");
  }

  @Test
  void asksForReadinessByItself() throws IOException {
    assertThat(healthCheck(last("HEALTHCHECK")).toString()).contains("/actuator/health/readiness");
  }

  @Test
  void passesTheServerOnlySettingsThatExist() throws ClassNotFoundException {
    Set<String> known = new TreeSet<>(Set.of("SERVER_PORT"));
    Settings.withDefaults().keySet().forEach(name -> known.add(variable(name)));

    assertThat(names(compose.at("/services/server/environment"))).isNotEmpty().isSubsetOf(known);
  }

  @Test
  void holdsNoSecret() {
    for (String service : names(compose.path("services"))) {
      JsonNode environment = compose.path("services").path(service).path("environment");
      for (String name : names(environment)) {
        if (SECRET.matcher(name).matches()) {
          assertThat(environment.path(name).asText()).as(name).matches(FROM_OUTSIDE);
        }
      }
    }
    assertThat(dockerfile)
        .filteredOn(line -> line.startsWith("ENV"))
        .noneMatch(line -> SECRET.matcher(line.replaceAll("=.*", "")).matches());
  }

  @Test
  void isReachableFromItsOwnMachineOnly() {
    assertThat(compose.at("/services/server/network_mode").asText()).isEqualTo("host");
    assertThat(compose.at("/services/server").has("ports")).isFalse();
    assertThat(compose.at("/services/database/ports"))
        .isNotEmpty()
        .allMatch(port -> port.asText().startsWith("127.0.0.1:"));
  }

  @Test
  void waitsForADatabaseThatKeepsItsData() {
    assertThat(compose.at("/services/server/depends_on/database/condition").asText())
        .isEqualTo("service_healthy");
    assertThat(compose.at("/services/database/healthcheck/test")).isNotEmpty();
    String volume = compose.at("/services/database/volumes/0").asText().split(":")[0];
    assertThat(compose.path("volumes").has(volume)).isTrue();
  }

  @Test
  void givesTheServerLongerToStopThanItTakes() {
    String period = compose.at("/services/server/stop_grace_period").asText();
    assertThat(Integer.parseInt(period.replace("s", ""))).isGreaterThan(30);
  }

  static JsonNode healthCheck(String instruction) throws IOException {
    return JSON.readTree(instruction.substring(instruction.indexOf('[')));
  }

  /** The instructions, each on one line, without comments. */
  static List<String> dockerfile() {
    try {
      String text = Files.readString(Path.of("src", "main", "docker", "Dockerfile"));
      return Stream.of(text.replaceAll("(?m)^#.*\n", "").replaceAll("\\\\\n\\s*", "").split("\n"))
          .filter(line -> !line.isBlank())
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode compose() {
    try {
      String text = Files.readString(Path.of("docker-compose.yml"));
      Object read = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
      return JSON.valueToTree(read);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private String last(String instruction) {
    return dockerfile.stream()
        .filter(line -> line.startsWith(instruction + " "))
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  private static List<String> names(JsonNode object) {
    return StreamSupport.stream(((Iterable<String>) object::fieldNames).spliterator(), false)
        .toList();
  }

  private static String variable(String setting) {
    return setting.toUpperCase(Locale.ROOT).replace('.', '_').replace("-", "");
  }
}
