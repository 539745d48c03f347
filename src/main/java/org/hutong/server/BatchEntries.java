package org.hutong.server;

import ca.uhn.fhir.jpa.dao.TransactionProcessor;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;

/**
 * The engine's transactions and batches. An entry of a batch that met another write is carried out
 * again by itself: those beside it have been, and stay so.
 */
class BatchEntries extends TransactionProcessor {
  private static final String COLLIDED = BatchEntries.class.getName();

  /** Marks the outcome of an entry that may be carried out again. */
  static void mark(Resource outcome) {
    outcome.setUserData(COLLIDED, true);
  }

  @Override
  public <B extends IBaseBundle> B transaction(RequestDetails request, B posted, boolean nested) {
    B answered = super.transaction(request, posted, nested);
    if (posted instanceof Bundle batch
        && batch.getType() == Bundle.BundleType.BATCH
        && answered instanceof Bundle answer) {
      List<Integer> collided = collided(answer);
      for (int attempt = 1; attempt < Again.ATTEMPTS && !collided.isEmpty(); attempt++) {
        Again.pause(attempt);
        Bundle rest = new Bundle().setType(Bundle.BundleType.BATCH);
        collided.forEach(index -> rest.addEntry(batch.getEntry().get(index)));
        Bundle done = super.transaction(request, rest, nested);
        for (int i = 0; i < collided.size(); i++) {
          answer.getEntry().set(collided.get(i), done.getEntry().get(i));
        }
        collided = collided(answer);
      }
    }
    return answered;
  }

  /** The places of the entries that are to be carried out again. */
  private static List<Integer> collided(Bundle answer) {
    List<Integer> collided = new ArrayList<>();
    for (int i = 0; i < answer.getEntry().size(); i++) {
      Resource outcome = answer.getEntry().get(i).getResponse().getOutcome();
      if (outcome != null && outcome.getUserData(COLLIDED) != null) {
        collided.add(i);
      }
    }
    return collided;
  }
}
