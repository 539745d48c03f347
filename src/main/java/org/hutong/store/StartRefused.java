package org.hutong.store;

import org.jspecify.annotations.Nullable;

/**
 * The server does not start, for a reason that whoever runs it can mend: one sentence says what is
 * wrong, another what to do. Neither names anything that a client sent.
 */
public final class StartRefused extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String problem;
  private final String action;

  public StartRefused(String problem, String action) {
    this(problem, action, null);
  }

  public StartRefused(String problem, String action, @Nullable Throwable cause) {
    super(problem + " " + action, cause);
    this.problem = problem;
    this.action = action;
  }

  String problem() {
    return problem;
  }

  String action() {
    return action;
  }
}
