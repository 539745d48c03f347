package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hutong.Running.get;
import static org.hutong.Running.post;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.server.RestfulServer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.hutong.Running;
import org.hutong.Told;
import org.hutong.fhir.Stage;
import org.junit.jupiter.api.Test;

class StoredTextIT {
  /** What need not be the same in two answers. */
  private static final Set<String> OWN =
      Set.of("date", "x-request-id", "etag", "location", "content-location", "last-modified");

  /** Counts the answers that are left to the engine. */
  @Interceptor(order = Stage.CREATED + 1)
  public static class Left {
    private final AtomicInteger answers = new AtomicInteger();

    @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
    public void answer() {
      answers.incrementAndGet();
    }
  }

  @Test
  void answersEveryCreateAsTheEngineWould() throws IOException {
    JsonNode stored = Told.json(post("/", IndexRowsIT.story().toString()));
    Left left = new Left();
    RestfulServer engine = Running.bean(RestfulServer.class);
    engine.registerInterceptor(left);
    int created = 0;
    try {
      for (JsonNode entry : stored.path("entry")) {
        String location = entry.at("/response/location").asText().replaceFirst("/_history.*", "");
        ObjectNode resource = (ObjectNode) Told.json(get("/" + location));
        resource.remove("id");
        ObjectNode meta = resource.withObject("/meta");
        meta.remove(Set.of("versionId", "lastUpdated"));
        if (meta.isEmpty()) {
          resource.remove("meta");
        }
        String type = "/" + location.replaceFirst("/.*", "");
        if (type.equals("/OrganizationAffiliation")) {
          continue; // the same membership once more is refused
        }
        left.answers.set(0);
        HttpResponse<String> ours = post(type, resource.toString());
        assertThat(ours.statusCode()).as(ours.body()).isEqualTo(201);
        assertThat(left.answers).as(type).hasValue(0);
        HttpResponse<String> engines = post(type + "?_pretty=false", resource.toString());
        assertThat(left.answers).as(type).hasValue(1);
        assertThat(general(ours)).isEqualTo(general(engines));
        assertThat(headers(ours)).isEqualTo(headers(engines));
        assertThat(general(ours, "location")).isEqualTo(general(engines, "location"));
        assertThat(general(ours, "content-location"))
            .isEqualTo(general(engines, "content-location"));
        assertThat(general(ours, "etag")).isEqualTo(general(engines, "etag"));
        created++;
      }
    } finally {
      engine.unregisterInterceptor(left);
    }
    assertThat(created).isGreaterThan(30);
  }

  private static String general(HttpResponse<String> created) {
    return created
        .body()
        .replace(Told.id(created), "*")
        .replaceFirst("\"lastUpdated\":\"[^\"]+\"", "");
  }

  private static String general(HttpResponse<String> created, String header) {
    return created.headers().firstValue(header).orElseThrow().replace(Told.id(created), "*");
  }

  private static Set<String> headers(HttpResponse<String> answer) {
    Set<String> headers = new TreeSet<>();
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!name.equals("connection")) {
                headers.add(OWN.contains(name) ? name : name + values);
              }
            });
    return headers;
  }
}
