package org.hutong.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.Test;

/**
 * Our jar has a part of ICU only (decision 0002), the tests have all of it: names are read and
 * sorted alike by both.
 */
class TrimmedTablesIT {
  private static final List<String> NAMES =
      List.of("歐陽娜娜", "单于明", "阿依古丽•买买提", "𠮷田茂", "欧阳𬭎", "㛃", "Müller", "ＴＯＭ");

  @Test
  void areEnough() throws IOException, InterruptedException {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("icu4j"))
            .collect(Collectors.joining(File.pathSeparator));
    assertThat(classPath).isNotEqualTo(System.getProperty("java.class.path"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                TrimmedTablesIT.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(told.strip()).endsWith(values());
  }

  public static void main(String[] ignored) {
    System.out.println(values());
  }

  /** Whatever the index has of them; as numbers, whatever encoding the console has. */
  private static String values() {
    return List.of("phonetic", "pinyin-initials", "hutong-name-order", "name").stream()
        .map(code -> NAMES.stream().map(name -> values(name, code)).toList().toString())
        .collect(Collectors.joining(" "))
        .codePoints()
        .mapToObj(Integer::toHexString)
        .collect(Collectors.joining(" "));
  }

  private static Collection<NameIndex.Value> values(String name, String code) {
    Patient patient = new Patient();
    patient.addName().setText(name);
    return NameIndex.values(patient, code);
  }
}
