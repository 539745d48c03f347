package org.hutong.store;

import java.util.function.Supplier;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What a transaction gathers and writes just before it commits. A transaction that another
 * interrupts keeps its own, and each is forgotten with its transaction.
 */
abstract class AtCommit implements TransactionSynchronization {
  private final Object owner;

  /**
   * @param owner who gathers
   */
  AtCommit(Object owner) {
    this.owner = owner;
  }

  /** That of the present transaction and an owner; made when there is none yet. */
  static <T extends AtCommit> T present(Object owner, Class<T> type, Supplier<T> first) {
    Object bound = TransactionSynchronizationManager.getResource(owner);
    if (bound != null) {
      return type.cast(bound);
    }
    T made = first.get();
    TransactionSynchronizationManager.bindResource(owner, made);
    TransactionSynchronizationManager.registerSynchronization(made);
    return made;
  }

  @Override
  public void suspend() {
    TransactionSynchronizationManager.unbindResource(owner);
  }

  @Override
  public void resume() {
    TransactionSynchronizationManager.bindResource(owner, this);
  }

  @Override
  public void afterCompletion(int status) {
    TransactionSynchronizationManager.unbindResourceIfPossible(owner);
  }
}
