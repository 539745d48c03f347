package org.hutong.store;

import ca.uhn.fhir.jpa.api.dao.IDao;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import org.hl7.fhir.instance.model.api.IBaseResource;

/** Row ids of resources, as {@code hfj_resource.res_id} has them. */
public final class RowIds {
  private RowIds() {}

  /** The row id of a resource that is being written. */
  public static long of(IBaseResource resource) {
    JpaPid pid = IDao.RESOURCE_PID.get(resource);
    if (pid == null) {
      throw new IllegalStateException("The engine gave a stored resource no row id");
    }
    return pid.getId();
  }
}
