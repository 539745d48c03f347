package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.DelegatingServletInputStream;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class IntakeTest {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final String PATIENT = "{\"resourceType\":\"Patient\"}";

  private final Intake intake = new Intake(Limits.TIGHT, new OutcomeWriter(FHIR));
  private boolean passed;
  private final MockHttpServletResponse response = new MockHttpServletResponse();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/fhir+json",
        "application/json",
        "text/json",
        "Application/FHIR+JSON ; charset=\"UTF-8\"",
        "application/fhir+json;fhirVersion=4.0",
      })
  void takesJsonUnderAllItsNamesAndHandsItOnUnderOne(String type) throws Exception {
    takes(
        post("/fhir/Patient", type, PATIENT),
        behind -> {
          assertThat(behind.getHeader("content-type")).isEqualTo("application/fhir+json");
          assertThat(behind.getContentType()).isEqualTo("application/fhir+json");
          assertThat(behind.getContentLength()).isEqualTo(PATIENT.length());
          assertThat(behind.getCharacterEncoding()).isEqualTo("UTF-8");
        });
  }

  @Test
  void handsTheBodyOnToBeReadAgainAndAgain() throws Exception {
    takes(
        post("/fhir/Patient", "application/fhir+json", PATIENT),
        behind -> {
          assertThat(behind.getInputStream()).hasContent(PATIENT);
          assertThat(behind.getInputStream()).hasContent(PATIENT);
          assertThat(behind.getReader().readLine()).isEqualTo(PATIENT);
        });
  }

  @Test
  void stripsAByteOrderMark() throws Exception {
    takes(
        post("/fhir/Patient", "application/fhir+json", "\uFEFF" + PATIENT),
        behind -> {
          assertThat(behind.getInputStream()).hasContent(PATIENT);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "POST   | -                                            | 415 | media-type-missing",
        "POST   | text/plain                                   | 415 | media-type-unsupported",
        "POST   | ;                                            | 415 | media-type-unsupported",
        "POST   | multipart/form-data; boundary=x              | 415 | media-type-unsupported",
        "POST   | application/json+fhir                        | 415 | media-type-unsupported",
        "POST   | application/fhir+json; charset=GBK           | 415 | media-type-unsupported",
        "POST   | application/fhir+json; charset=\"gb18030\"   | 415 | media-type-unsupported",
        "POST   | application/x-www-form-urlencoded            | 415 | media-type-unsupported",
        "POST   | application/json-patch+json                  | 415 | media-type-unsupported",
        "PATCH  | application/json                             | 415 | media-type-unsupported",
        "POST   | application/fhir+xml                         | 400 | body-malformed",
        "GET    | application/fhir+json                        | 400 | body-unexpected",
        "DELETE | application/fhir+json                        | 400 | body-unexpected",
      })
  void refusesWrongTypes(String method, @Nullable String type, int status, String code)
      throws Exception {
    MockHttpServletRequest request = request(method, "/fhir/Patient");
    request.setContentType(type);
    request.setContent(PATIENT.getBytes(StandardCharsets.UTF_8));
    send(request);
    refusedWith(status, code);
  }

  @Test
  void refusesCompressedBodies() throws Exception {
    MockHttpServletRequest request = post("/fhir/Patient", "application/fhir+json", PATIENT);
    request.addHeader("Content-Encoding", "gzip");
    send(request);
    refusedWith(415, "media-type-unsupported");
  }

  @Test
  void letsRequestsWithoutBodyPass() throws Exception {
    MockHttpServletRequest request = request("GET", "/fhir/Patient");
    request.addHeader("Content-Length", "0");
    takes(
        request,
        behind -> {
          assertThat(behind).isSameAs(request);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"/fhir/Patient/1/$everything", "/fhir/Patient/_search", "/fhir/%24x"})
  void letsOperationsGoWithoutABody(String path) throws Exception {
    takes(
        request("POST", path),
        behind -> {
          assertThat(behind.getInputStream()).isEmpty();
        });
  }

  @Test
  void refusesAnEmptyBodyElsewhere() throws Exception {
    send(post("/fhir/Patient", "application/fhir+json", ""));
    refusedWith(400, "body-empty");
  }

  @Test
  void readsTheParametersOfASearchForm() throws Exception {
    MockHttpServletRequest request =
        post(
            "/fhir/Patient/_search",
            "application/x-www-form-urlencoded",
            "name=%E5%BC%A0+a&_count=5&name=b");
    request.setQueryString("name=q");
    takes(
        request,
        behind -> {
          assertThat(behind.getParameterValues("name")).containsExactly("q", "张 a", "b");
          assertThat(behind.getParameter("_count")).isEqualTo("5");
          assertThat(behind.getParameter("other")).isNull();
          assertThat(behind.getParameterMap()).containsOnlyKeys("name", "_count");
        });
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "name=%D5%C5%C8%FD, 400, body-not-utf8",
        "name=%EF%BF%BD, 400, body-mojibake",
        "name=%00, 400, control-character",
        "name=%zz, 400, request-malformed",
        "name=%E, 400, request-malformed",
      })
  void refusesDamagedForms(String form, int status, String code) throws Exception {
    send(post("/fhir/Patient/_search", "application/x-www-form-urlencoded", form));
    refusedWith(status, code);
  }

  @Test
  void refusesAQueryInGbk() throws Exception {
    MockHttpServletRequest request = request("GET", "/fhir/Patient");
    request.setQueryString("name=%D5%C5%C8%FD");
    send(request);
    refusedWith(400, "url-not-utf8");
  }

  @Test
  void refusesGbkWithASentenceInChinese() throws Exception {
    MockHttpServletRequest request = request("POST", "/fhir/Patient");
    request.setContentType("application/fhir+json");
    request.setContent(
        "{\"resourceType\":\"Patient\",\"name\":[{\"text\":\"张三\"}]}"
            .getBytes(Charset.forName("GBK")));
    send(request);
    refusedWith(400, "body-not-utf8");
    assertThat(response.getHeader("Content-Language")).isEqualTo("zh-CN");
    assertThat(outcome().getIssueFirstRep().getDiagnostics()).contains("GBK");
  }

  @Test
  void refusesALargeBodyWithoutReadingIt() throws Exception {
    MockHttpServletRequest request =
        new MockHttpServletRequest("POST", "/fhir/Patient") {
          @Override
          public long getContentLengthLong() {
            return 1L << 40;
          }

          @Override
          public ServletInputStream getInputStream() {
            return new DelegatingServletInputStream(
                new InputStream() {
                  @Override
                  public int read() {
                    throw new AssertionError("the body was read");
                  }

                  @Override
                  public int read(byte[] target, int offset, int length) {
                    return read();
                  }
                });
          }
        };
    request.setContentType("application/fhir+json");
    send(request);
    refusedWith(413, "body-too-large");
    assertThat(response.getHeader("Connection")).isEqualTo("close");
  }

  @Test
  void answersInTheFormatAndLanguageAskedFor() throws Exception {
    MockHttpServletRequest request = post("/fhir/Patient", "text/plain", PATIENT);
    request.addHeader("Accept", "application/fhir+xml, application/fhir+json;q=0.5");
    request.addHeader("Accept-Language", "en");
    send(request);
    assertThat(response.getContentType()).isEqualTo("application/fhir+xml;charset=UTF-8");
    assertThat(response.getHeader("Content-Language")).isEqualTo("en");
    assertThat(response.getHeader("Cache-Control")).isEqualTo("no-store");
    refusedWith(415, "media-type-unsupported");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "-                                 | -                                     | json",
        "-                                 | */*                                   | json",
        "-                                 | application/xml                       | xml",
        "-                                 | text/html,application/xml;q=0.9,*/*   | json",
        "-                                 | application/fhir+json;q=0.1, text/xml | xml",
        "-                                 | text/csv;q=0.9, application/*;q=0.1   | json",
        "-                                 | text/csv                              | -",
        "-                                 | application/fhir+xml;q=0              | -",
        "_format=xml                       | application/json                      | xml",
        "_count=1&_format=application%2Ffhir%2Bxml | -                             | xml",
        "_format=application/fhir+json     | -                                     | json",
        "_format=ttl                       | application/json                      | -",
        "_format=                          | application/json                      | -",
      })
  void answersInTheFormatAskedForOrSaysThatItCannot(
      @Nullable String query, @Nullable String accept, @Nullable String format) throws Exception {
    MockHttpServletRequest request = request("GET", "/fhir/Patient");
    request.setQueryString(query);
    if (accept != null) {
      request.addHeader("Accept", accept);
    }
    AnswerFormat chosen = AnswerFormat.acceptable(request);
    send(request);
    if (format == null) {
      assertThat(chosen).isNull();
      refusedWith(406, "not-acceptable");
    } else {
      assertThat(chosen).isEqualTo(AnswerFormat.valueOf(format.toUpperCase(Locale.ROOT)));
      assertThat(passed).isTrue();
    }
  }

  @Test
  void leavesTheFormatOfAnOperationToTheOperation() throws Exception {
    MockHttpServletRequest request = request("GET", "/fhir/ViewDefinition/$run");
    request.addHeader("Accept", "text/csv");
    send(request);
    assertThat(passed).isTrue();
  }

  @Test
  void letsTheFormatParameterGoBeforeTheHeader() throws Exception {
    MockHttpServletRequest request = post("/fhir/Patient", "text/plain", PATIENT);
    request.addHeader("Accept", "application/fhir+xml");
    request.setQueryString("_format=json");
    send(request);
    assertThat(response.getContentType()).isEqualTo("application/fhir+json;charset=UTF-8");
  }

  @Test
  void givesTheMemoryOfABodyBackWhateverHappens() throws Exception {
    for (int i = 0; i < 20; i++) {
      send(post("/fhir/Patient", "application/fhir+json", "x".repeat(1_000_000)));
      assertThat(response.getStatus()).isEqualTo(400);
      response.reset();
    }
  }

  private static MockHttpServletRequest request(String method, String path) {
    MockHttpServletRequest request = new MockHttpServletRequest(method, path);
    request.setServletPath("/fhir");
    return request;
  }

  private static MockHttpServletRequest post(String path, String type, String body) {
    MockHttpServletRequest request = request("POST", path);
    request.setContentType(type);
    request.setContent(body.getBytes(StandardCharsets.UTF_8));
    return request;
  }

  private void send(MockHttpServletRequest request) throws Exception {
    intake.doFilter(request, response, (taken, answer) -> passed = true);
  }

  /** What stands behind the filter looks at the request while the body is there. */
  private void takes(MockHttpServletRequest request, Look look) throws Exception {
    intake.doFilter(
        request,
        response,
        (taken, answer) -> {
          look.at((HttpServletRequest) taken);
          passed = true;
        });
    assertThat(response.getStatus()).isEqualTo(200);
    assertThat(passed).isTrue();
  }

  private interface Look {
    void at(HttpServletRequest request) throws IOException;
  }

  private void refusedWith(int status, String code) {
    assertThat(passed).isFalse();
    assertThat(response.getStatus()).isEqualTo(status);
    assertThat(outcome().getIssueFirstRep().getDetails().getCodingFirstRep().getCode())
        .isEqualTo(code);
  }

  private OperationOutcome outcome() {
    boolean xml = String.valueOf(response.getContentType()).contains("xml");
    IParser parser = xml ? FHIR.newXmlParser() : FHIR.newJsonParser();
    return parser.parseResource(
        OperationOutcome.class,
        new String(response.getContentAsByteArray(), StandardCharsets.UTF_8));
  }
}
