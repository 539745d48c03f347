package org.hutong.server;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.springframework.boot.info.BuildProperties;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.util.HtmlUtils;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * What a person sees who opens the server in a browser: what this is, and requests to try, with the
 * address that they came by. It loads nothing from elsewhere and runs no script.
 */
@Controller
class HomePage {
  private static final String STYLE_BEGIN = "<style>";
  private static final String STYLE_END = "</style>";

  private final String template;
  private final String policy;

  HomePage(BuildProperties build) {
    this.template = template().replace("{{version}}", build.getVersion());
    this.policy =
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'; style-src '"
            + hash(style(template))
            + "'";
  }

  @GetMapping("/")
  ResponseEntity<String> page(HttpServletRequest request) {
    String origin =
        UriComponentsBuilder.newInstance()
            .scheme(request.getScheme())
            .host(request.getServerName())
            .port(request.getServerPort())
            .toUriString();
    return ResponseEntity.ok()
        .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
        .header("Content-Security-Policy", policy)
        .header("X-Content-Type-Options", "nosniff")
        .header("X-Frame-Options", "DENY")
        .header("Referrer-Policy", "no-referrer")
        .header("Cross-Origin-Opener-Policy", "same-origin")
        .header("Cache-Control", "no-cache")
        .body(template.replace("{{origin}}", HtmlUtils.htmlEscape(origin)));
  }

  /** The page carries its icon; this is for those who ask anyway. */
  @GetMapping("/favicon.ico")
  ResponseEntity<Void> icon() {
    return ResponseEntity.noContent().header("Cache-Control", "max-age=86400").build();
  }

  private static String template() {
    try (InputStream file = HomePage.class.getResourceAsStream("first-page.html")) {
      if (file == null) {
        throw new IllegalStateException("The class path lacks first-page.html");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String style(String html) {
    return html.substring(
        html.indexOf(STYLE_BEGIN) + STYLE_BEGIN.length(), html.indexOf(STYLE_END));
  }

  /** As Content-Security-Policy names a style that stands in the page. */
  private static String hash(String style) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
