package org.hutong.store;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.api.dao.IDao;
import ca.uhn.fhir.util.ResourceUtil;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Stage;
import org.springframework.stereotype.Component;

/**
 * Stage STORED_FORM: takes off what the engine keeps in columns. Left in, version and time are
 * stored as an empty {@code meta}: text that differs from that of the same resource created without
 * them, so that an update which changes nothing makes a version.
 */
@Component
@Interceptor(order = Stage.STORED_FORM)
class StoredForm implements EngineStage {

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(IBaseResource resource) {
    strip(resource);
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updated(IBaseResource before, IBaseResource after) {
    strip(after);
    after.setId(after.getIdElement().toUnqualifiedVersionless());
    if (IDao.RESOURCE_PID.get(after) != null) {
      // A FHIRPath Patch changed what was loaded: its former text would be validated in its place.
      ResourceUtil.clearRawStringFromResource(after);
    }
  }

  private static void strip(IBaseResource resource) {
    Meta meta = ((Resource) resource).getMeta();
    meta.setVersionId(null);
    meta.setLastUpdated(null);
  }
}
