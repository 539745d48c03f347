package org.hutong.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hutong.profiles.Declared;
import org.springframework.boot.info.BuildProperties;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /openapi.json}, and {@code /openapi} to look at it and try it. */
@RestController
class OpenApiPage {
  /** Swagger UI's version stands in the path of its files. */
  private static final String SWAGGER_UI = "/webjars/swagger-ui/5.21.0/";

  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="zh-CN">
      <head>
        <meta charset="utf-8">
        <title>Hutong 互通 · OpenAPI</title>
        <link rel="stylesheet" href="%1$sswagger-ui.css">
      </head>
      <body>
        <div id="page"></div>
        <script src="%1$sswagger-ui-bundle.js"></script>
        <script src="/openapi.js"></script>
      </body>
      </html>
      """
          .formatted(SWAGGER_UI);

  private static final String SCRIPT =
      """
      SwaggerUIBundle({
        url: "/openapi.json", dom_id: "#page", docExpansion: "none", filter: true,
        defaultModelsExpandDepth: -1
      });
      """;

  private final ObjectNode document;

  OpenApiPage(BuildProperties build) {
    this.document = OpenApi.of(Declared.fromClassPath(), build);
  }

  @GetMapping(path = "/openapi.json", produces = MediaType.APPLICATION_JSON_VALUE)
  ObjectNode document() {
    return document;
  }

  @GetMapping(path = "/openapi", produces = MediaType.TEXT_HTML_VALUE + ";charset=UTF-8")
  String page() {
    return PAGE;
  }

  @GetMapping(path = "/openapi.js", produces = "text/javascript;charset=UTF-8")
  String script() {
    return SCRIPT;
  }
}
