package org.hutong.server;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Refuses to start on an address that other machines can reach: without access control that would
 * show every record to the network (decision 0006).
 */
@Component
class Binding implements BeanFactoryPostProcessor, EnvironmentAware {
  private @Nullable InetAddress address;

  @Override
  public void setEnvironment(Environment environment) {
    address = Binder.get(environment).bind("server.address", InetAddress.class).orElse(null);
  }

  @Override
  public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
    if (address == null || !address.isLoopbackAddress()) {
      throw new Refused();
    }
  }

  /** The start is refused because of the address. */
  static class Refused extends IllegalStateException {
    private static final long serialVersionUID = 1;

    Refused() {
      super(
          "server.address is not of this machine alone. Hutong has no access control yet and binds"
              + " to loopback only.");
    }
  }

  /** Says so in two sentences instead of a stack trace. */
  static class Analyzer extends AbstractFailureAnalyzer<Refused> {
    @Override
    protected FailureAnalysis analyze(Throwable root, Refused cause) {
      return new FailureAnalysis(
          String.valueOf(cause.getMessage()),
          "Remove server.address (the default is 127.0.0.1), or set it to 127.0.0.1 or ::1.",
          cause);
    }
  }
}
