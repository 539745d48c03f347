package org.hutong.server;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * Ends a request that was answered before its body had been read, whoever answered it.
 *
 * <p>Closing at once would make the operating system reset the connection, and a client still
 * sending would lose the answer. Tomcat would read on for megabytes however slowly they come. So
 * the answer is sent, what arrives within a short time is thrown away, and then the connection is
 * closed.
 */
final class UnreadBodyValve extends ValveBase {
  private static final int PAUSE_MILLIS = 10;

  private final Duration patience;

  /**
   * @param patience how long to go on throwing away
   */
  UnreadBodyValve(Duration patience) {
    super(true);
    this.patience = patience;
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    getNext().invoke(request, response);
    if (request.isAsync() || request.isFinished()) {
      return;
    }
    try {
      response.finishResponse();
      throwAway(request);
    } catch (IOException clientIsGone) {
      // Nobody is left to read the answer.
    }
    if (!request.isFinished()) {
      request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
    }
  }

  /** Reads beneath the servlet's stream, which is closed by now. */
  private void throwAway(Request request) throws IOException {
    Ignored ignored = new Ignored();
    long deadline = System.nanoTime() + patience.toNanos();
    while (!request.isFinished() && System.nanoTime() < deadline) {
      request.getCoyoteRequest().action(ActionCode.AVAILABLE, true);
      if (request.getCoyoteRequest().getAvailable() == 0) {
        pause();
      } else if (request.getCoyoteRequest().doRead(ignored) < 0) {
        return;
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Where the bytes go that nobody wants. */
  private static final class Ignored implements ApplicationBufferHandler {
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    @Override
    public void setByteBuffer(ByteBuffer buffer) {
      this.bytes = buffer;
    }

    @Override
    public ByteBuffer getByteBuffer() {
      return bytes;
    }

    @Override
    public void expand(int size) {
      // The container brings its own buffers.
    }
  }
}
