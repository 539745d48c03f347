package org.hutong;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What the README tells a newcomer to type works as it stands. It tells them to use curl: where
 * that is missing this fails, for nobody would then have tried.
 */
class ReadmeIT {
  private static final Pattern FIRST_REQUESTS =
      Pattern.compile("```sh\n(base=.*?)```", Pattern.DOTALL);

  @Test
  void firstRequestsAreAnsweredAsPromised() throws Exception {
    Matcher block = FIRST_REQUESTS.matcher(Files.readString(Path.of("README.md")));
    assertThat(block.find()).isTrue();

    String answers = shell(block.group(1).replace("http://localhost:8080", Running.origin() + ""));

    assertThat(answers)
        .contains("transaction-response", "\"searchset\"", "MZ202611220001", "profile-violated")
        .containsPattern("\"total\": ?1,");
  }

  private static String shell(String script) throws IOException, InterruptedException {
    Process process = new ProcessBuilder("bash", "-euc", script).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
