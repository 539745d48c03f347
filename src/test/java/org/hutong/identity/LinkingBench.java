package org.hutong.identity;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import javax.sql.DataSource;
import org.hl7.fhir.r4.model.Patient;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.IdentityNumber;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What linking adds to a registration, and what {@code $match} takes, with few and with many
 * persons stored. Registrations with and without linking alternate in blocks on one server. Not
 * part of the suite:
 *
 * <pre>./mvnw verify -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=LinkingBench
 * -Dpersons=10000,1000000</pre>
 */
class LinkingBench {
  private static final String SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕";
  private static final String GIVEN = "秀英桂兰玉珍凤霞淑华建国志强海燕春梅丽娜文博俊杰宇轩梓涵子墨雨桐思远浩然欣怡佳宁晓明永红德福长发金宝银凤";

  private static final int BLOCK = 100;

  private final Random random = new Random(7);
  private final JdbcTemplate jdbc = Running.bean(JdbcTemplate.class);
  private long nextRow = 1_000_000_000L;
  private int next;

  /** Somebody of a county of any size: each with a number, every third with a neighbour's name. */
  private record Resident(String name, String born, String number, String phone, String address) {}

  private Resident resident() {
    int i = next++;
    String name = "" + pick(SURNAMES) + pick(GIVEN) + (random.nextInt(5) == 0 ? "" : pick(GIVEN));
    String born = LocalDate.of(1930, 1, 1).plusDays(random.nextInt(33_000)).toString();
    String body = "%06d".formatted(150_000 + i / 900_000) + born.replace("-", "");
    String number = body + "%03d".formatted(random.nextInt(1000));
    number += IdentityNumber.checkCharacter(number);
    return new Resident(
        name,
        born,
        number,
        "139%08d".formatted(i / 3),
        "云泽县第%d镇第%d村%d号".formatted(i % 20, i / 20 % 200, i / 3));
  }

  private char pick(String from) {
    return from.charAt(random.nextInt(from.length()));
  }

  private static ObjectNode registered(Resident resident) {
    ObjectNode patient = Cast.patient(Cast.card());
    patient.remove(List.of("contact", "extension"));
    patient.putArray("name").addObject().put("text", resident.name());
    boolean woman = (resident.number().charAt(16) - '0') % 2 == 0;
    patient.put("gender", woman ? "female" : "male").remove("_gender");
    patient.put("birthDate", resident.born());
    patient
        .withArray("identifier")
        .addObject()
        .put("system", Canonical.ID_CARD)
        .put("value", resident.number());
    patient.putArray("telecom").addObject().put("system", "phone").put("value", resident.phone());
    patient.putArray("address").addObject().put("text", resident.address());
    return patient;
  }

  @Test
  void prints() throws SQLException {
    List<Resident> known = new ArrayList<>();
    int stored = 0;
    for (String size : System.getProperty("persons", "10000,1000000").split(",")) {
      int wanted = Integer.parseInt(size);
      load(wanted - stored, known);
      stored = wanted;
      jdbc.execute("vacuum analyze");
      times(known, 600);
      double[][] found = times(known, 2400);
      double[] matches = matches(known, 400);
      System.out.printf(
          "%,d persons: create %.2f ms with linking, %.2f without (medians of blocks): %+.0f %%;"
              + " $match median %.2f ms, p95 %.2f ms%n",
          wanted,
          median(found[0]),
          median(found[1]),
          100 * (median(found[0]) / median(found[1]) - 1),
          matches[matches.length / 2],
          matches[matches.length * 95 / 100]);
    }
  }

  /** Milliseconds of each registration, by blocks in turn: with linking, and without. */
  private double[][] times(List<Resident> known, int registrations) {
    IInterceptorService interceptors = Running.bean(IInterceptorService.class);
    Linking linking = Running.bean(Linking.class);
    double[][] times = new double[2][registrations / 2];
    for (int i = 0; i < registrations; i++) {
      boolean without = i / BLOCK % 2 == 1;
      if (i % BLOCK == 0 && i > 0) {
        if (without) {
          interceptors.unregisterInterceptor(linking);
        } else {
          interceptors.registerInterceptor(linking);
        }
      }
      // Two of three are known elsewhere already.
      Resident resident = i % 3 == 0 ? resident() : known.get(random.nextInt(known.size()));
      String body = registered(resident).toString();
      long start = System.nanoTime();
      HttpResponse<String> created = Running.post("/Patient", body);
      double took = (System.nanoTime() - start) / 1e6;
      assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
      times[without ? 1 : 0][i / (2 * BLOCK) * BLOCK + i % BLOCK] = took;
    }
    interceptors.registerInterceptor(linking);
    Arrays.sort(times[0]);
    Arrays.sort(times[1]);
    return times;
  }

  private double[] matches(List<Resident> known, int questions) {
    double[] times = new double[questions];
    for (int i = 0; i < questions; i++) {
      Resident resident = known.get(random.nextInt(known.size()));
      ObjectNode asked = (ObjectNode) Told.json("{\"resourceType\":\"Parameters\"}");
      ObjectNode patient = registered(resident);
      patient.remove(List.of("managingOrganization", "meta", "text"));
      asked.withArray("parameter").addObject().put("name", "resource").set("resource", patient);
      String body = asked.toString();
      long start = System.nanoTime();
      HttpResponse<String> answer = Running.post("/Patient/$match", body);
      times[i] = (System.nanoTime() - start) / 1e6;
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(Told.json(answer).path("entry").size()).isPositive();
    }
    Arrays.sort(times);
    return times;
  }

  private static double median(double[] sorted) {
    return sorted[sorted.length / 2];
  }

  /** Straight into the tables, as if each had been registered once. */
  private void load(int persons, List<Resident> known) throws SQLException {
    List<Resident> residents = new ArrayList<>();
    for (int i = 0; i < persons; i += 10_000) {
      residents.clear();
      for (int j = 0; j < 10_000 && i + j < persons; j++) {
        Resident resident = resident();
        residents.add(resident);
        if (known.size() < 20_000 || random.nextInt(50) == 0) {
          known.add(resident);
        }
      }
      copy(residents);
    }
  }

  private void copy(List<Resident> residents) throws SQLException {
    StringBuilder resources = new StringBuilder();
    StringBuilder versions = new StringBuilder();
    StringBuilder rows = new StringBuilder();
    StringBuilder persons = new StringBuilder();
    StringBuilder registrations = new StringBuilder();
    StringBuilder keys = new StringBuilder();
    String flags = "f\tf\tf\tf\tf\tf\tt\tt\tf";
    for (Resident resident : residents) {
      long row = nextRow++;
      UUID id = new UUID(random.nextLong(), random.nextLong());
      UUID person = new UUID(random.nextLong(), random.nextLong());
      String body = registered(resident).toString();
      Registration registration =
          Registration.of((Patient) FhirContext.forR4Cached().newJsonParser().parseResource(body));
      resources
          .append(row + "\tR4\tf\t2026-01-01\t2026-01-01\t" + id + "\tf\t" + flags)
          .append("\tPatient\t1\n");
      versions
          .append(row + "\tR4\tf\t2026-01-01\t2026-01-01\tJSON\t" + row + "\t" + escaped(body))
          .append("\tPatient\t1\n");
      rows.append(row + "\tPatient\t" + row + "\t1\n");
      persons.append(person + "\t1\t2026-01-01\n");
      registrations.append(
          row + "\t" + person + "\tALONE\t" + escaped(Persons.written(registration)) + "\n");
      Keys.of(registration).forEach(key -> keys.append(key + "\t" + row + "\n"));
    }
    try (Connection connection = Running.bean(DataSource.class).getConnection()) {
      PGConnection postgres = connection.unwrap(PGConnection.class);
      copy(
          postgres,
          "public.hfj_resource (res_id, res_version, has_tags, res_published, res_updated,"
              + " fhir_id, sp_has_links, sp_coords_present, sp_date_present, sp_number_present,"
              + " sp_quantity_nrml_present, sp_quantity_present, search_url_present,"
              + " sp_string_present, sp_token_present, sp_uri_present, res_type, res_ver)",
          resources);
      copy(
          postgres,
          "public.hfj_res_ver (pid, res_version, has_tags, res_published, res_updated,"
              + " res_encoding, res_id, res_text_vc, res_type, res_ver)",
          versions);
      copy(postgres, "hutong.resource (res_id, type, patient, owner)", rows);
      copy(postgres, "hutong.person (id, version, updated)", persons);
      copy(postgres, "hutong.registration (patient, person, basis, features)", registrations);
      copy(postgres, "hutong.registration_key (key, patient)", keys);
      if (!connection.getAutoCommit()) {
        connection.commit();
      }
    }
  }

  private static void copy(PGConnection postgres, String into, StringBuilder rows)
      throws SQLException {
    CopyIn copy = postgres.getCopyAPI().copyIn("copy " + into + " from stdin");
    byte[] bytes = rows.toString().getBytes(StandardCharsets.UTF_8);
    copy.writeToCopy(bytes, 0, bytes.length);
    copy.endCopy();
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t");
  }
}
