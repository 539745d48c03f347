package org.hutong.store;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.r4.model.Bundle;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Stage;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Stage CONDITIONS: notes on what conditions a request would create something, each as a number, so
 * that {@link ConditionalWrites} lets one after the other ask and write. The numbers are sorted:
 * whoever takes several takes them in the same order.
 */
@Component
@Interceptor(order = Stage.CONDITIONS)
class Conditions implements EngineStage {
  private static final String NOTED = Conditions.class.getName();
  private static final SortedSet<Long> NONE = new TreeSet<>();

  /** What was noted of a request; null is a request of the engine itself. */
  static SortedSet<Long> of(@Nullable RequestDetails request) {
    return request != null && request.getUserData().get(NOTED) instanceof SortedSet<?> noted
        ? longs(noted)
        : NONE;
  }

  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
  public boolean request(RequestDetails request) {
    String condition =
        request.getRequestType() == RequestTypeEnum.POST
            ? request.getConditionalUrl(RestOperationTypeEnum.CREATE)
            : request.getRequestType() == RequestTypeEnum.PUT
                ? request.getConditionalUrl(RestOperationTypeEnum.UPDATE)
                : null;
    if (condition != null && request.getResourceName() != null) {
      SortedSet<Long> noted = new TreeSet<>();
      noted.add(number(request.getResourceName(), condition));
      request.getUserData().put(NOTED, noted);
    }
    return true;
  }

  /** The entries of a transaction; called for each entry of a batch as well. */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void entries(RequestDetails request, IBaseBundle posted) {
    SortedSet<Long> noted = new TreeSet<>();
    Bundle bundle = (Bundle) posted;
    if (bundle.getType() == Bundle.BundleType.TRANSACTION) {
      for (Bundle.BundleEntryComponent entry : bundle.getEntry()) {
        Bundle.BundleEntryRequestComponent asked = entry.getRequest();
        String url = asked.getUrl();
        if (asked.hasIfNoneExist()) {
          noted.add(number(url, asked.getIfNoneExist()));
        } else if (asked.getMethod() == Bundle.HTTPVerb.PUT && url.indexOf('?') >= 0) {
          noted.add(number(url.substring(0, url.indexOf('?')), url));
        }
      }
    }
    request.getUserData().put(NOTED, noted);
  }

  /**
   * The number of a condition, the same in whatever order and spelling its parameters stand.
   *
   * @param condition {@code [type?]query}, percent-encoded
   */
  static long number(String type, String condition) {
    String[] pairs = condition.substring(condition.indexOf('?') + 1).split("&");
    for (int i = 0; i < pairs.length; i++) {
      try {
        pairs[i] = URLDecoder.decode(pairs[i], StandardCharsets.UTF_8);
      } catch (IllegalArgumentException malformed) {
        // Whoever carries the condition out refuses it.
      }
    }
    Arrays.sort(pairs);
    String whole = type.replaceAll("^/|/$", "") + "?" + String.join("&", pairs);
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(whole.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  private static SortedSet<Long> longs(SortedSet<?> noted) {
    SortedSet<Long> longs = new TreeSet<>();
    noted.forEach(number -> longs.add((Long) number));
    return longs;
  }
}
