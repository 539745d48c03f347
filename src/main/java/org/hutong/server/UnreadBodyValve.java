package org.hutong.server;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.Duration;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;

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

  private void throwAway(Request request) throws IOException {
    byte[] ignored = new byte[8 * 1024];
    long deadline = System.nanoTime() + patience.toNanos();
    while (!request.isFinished() && System.nanoTime() < deadline) {
      if (!arrived(request)) {
        pause();
      } else if (request.getStream().read(ignored) < 0) {
        return;
      }
    }
  }

  /** Whether a read would return at once. */
  private static boolean arrived(Request request) throws IOException {
    if (request.getStream().available() > 0) {
      return true;
    }
    request.getCoyoteRequest().action(ActionCode.AVAILABLE, true);
    return request.getCoyoteRequest().getAvailable() > 0;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
