package org.hutong.server;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request whose body has been taken in: it can be read again and again, is UTF-8, and names its
 * format in one way. The engine compares media types letter by letter, so other spellings of a type
 * end here.
 */
final class BufferedRequest extends HttpServletRequestWrapper {
  private static final String CONTENT_TYPE = "Content-Type";

  private final Body body;
  private final @Nullable BodyFormat format;
  private final @Nullable Map<String, String[]> form;

  /**
   * @param format null when there was no body and no type
   * @param form the parameters of query and form together; null when the body is no form
   */
  BufferedRequest(
      HttpServletRequest request,
      Body body,
      @Nullable BodyFormat format,
      @Nullable Map<String, List<String>> form) {
    super(request);
    this.body = body;
    this.format = format;
    this.form = form == null ? null : arrays(form);
  }

  private static Map<String, String[]> arrays(Map<String, List<String>> parameters) {
    Map<String, String[]> arrays = new LinkedHashMap<>();
    parameters.forEach((name, values) -> arrays.put(name, values.toArray(new String[0])));
    return Collections.unmodifiableMap(arrays);
  }

  @Override
  public ServletInputStream getInputStream() {
    return new Stream(body);
  }

  @Override
  public BufferedReader getReader() {
    return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
  }

  @Override
  public int getContentLength() {
    return body.to() - body.from();
  }

  @Override
  public long getContentLengthLong() {
    return getContentLength();
  }

  @Override
  public String getCharacterEncoding() {
    return StandardCharsets.UTF_8.name();
  }

  @Override
  public @Nullable String getContentType() {
    return format == null ? null : format.mediaType();
  }

  @Override
  public @Nullable String getHeader(String name) {
    return name.equalsIgnoreCase(CONTENT_TYPE) ? getContentType() : super.getHeader(name);
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    if (!name.equalsIgnoreCase(CONTENT_TYPE)) {
      return super.getHeaders(name);
    }
    String type = getContentType();
    return Collections.enumeration(type == null ? List.of() : List.of(type));
  }

  @Override
  public @Nullable String getParameter(String name) {
    if (form == null) {
      return super.getParameter(name);
    }
    String[] values = form.get(name);
    return values == null ? null : values[0];
  }

  @Override
  public String @Nullable [] getParameterValues(String name) {
    return form == null ? super.getParameterValues(name) : form.get(name);
  }

  @Override
  public Map<String, String[]> getParameterMap() {
    return form == null ? super.getParameterMap() : form;
  }

  @Override
  public Enumeration<String> getParameterNames() {
    return form == null ? super.getParameterNames() : Collections.enumeration(form.keySet());
  }

  /** The body as a stream that never blocks. */
  private static final class Stream extends ServletInputStream {
    private final ByteArrayInputStream bytes;

    Stream(Body body) {
      this.bytes = new ByteArrayInputStream(body.bytes(), body.from(), body.to() - body.from());
    }

    @Override
    public int read() {
      return bytes.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      return bytes.read(target, offset, length);
    }

    @Override
    public int available() {
      return bytes.available();
    }

    @Override
    public boolean isFinished() {
      return bytes.available() == 0;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new IllegalStateException("the body is in memory: read it without a listener");
    }

    @Override
    public void close() throws IOException {
      bytes.close();
    }
  }
}
