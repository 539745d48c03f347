package org.hutong.store;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import java.time.Clock;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Stage;
import org.springframework.stereotype.Component;

/**
 * Stage DATED: what is written is dated when its turn has come. The engine reads the clock before
 * it waits for others, and would date a version earlier than the one before it: histories are
 * listed by date.
 */
@Component
@Interceptor(order = Stage.DATED)
class Dated implements EngineStage {
  private static final String DATED = Dated.class.getName();

  private final Clock clock = Clock.systemUTC();

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(TransactionDetails transaction) {
    date(transaction);
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updated(TransactionDetails transaction) {
    date(transaction);
  }

  /** Once: the engine gives this same object to everything that the transaction writes. */
  private void date(TransactionDetails transaction) {
    if (transaction.getUserData(DATED) == null) {
      transaction.putUserData(DATED, true);
      transaction.getTransactionDate().setTime(clock.millis());
    }
  }
}
