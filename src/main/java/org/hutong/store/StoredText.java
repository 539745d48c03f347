package org.hutong.store;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.api.dao.IDao;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.UriType;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Stage;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Stage STORED_TEXT: what was created just now can be shown as the text that was stored, with id
 * and {@code meta} put in, which are not stored there. To encode it a second time would cost as
 * much as to store it.
 */
@Component
@Interceptor(order = Stage.STORED_TEXT)
public class StoredText implements EngineStage {
  private static final String TEXT = StoredText.class.getName();
  private static final String META = ",\"meta\":{";

  private final IndexRows rows;

  StoredText(IndexRows rows) {
    this.rows = rows;
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
  public void created(IBaseResource resource) {
    JpaPid pid = IDao.RESOURCE_PID.get(resource);
    String text = pid == null ? null : rows.text(pid.getId());
    if (text != null) {
      keep((Resource) resource, text);
    }
  }

  static void keep(Resource resource, String text) {
    resource.setUserData(TEXT, text);
  }

  /**
   * A resource that was created by this request as JSON, as the engine would encode it.
   *
   * @return null when only the engine can tell
   */
  public static @Nullable String json(Resource resource) {
    if (!(resource.getUserData(TEXT) instanceof String text)) {
      return null;
    }
    Meta meta = resource.getMeta();
    String head = "{\"resourceType\":\"" + resource.fhirType() + "\"";
    if (!text.startsWith(head)
        || meta.hasId()
        || meta.hasExtension()
        || !isPlain(meta.getSourceElement())) {
      return null;
    }
    StringBuilder json = new StringBuilder(text.length() + 200);
    json.append(head).append(",\"id\":\"").append(resource.getIdPart());
    json.append("\",\"meta\":{\"versionId\":\"").append(meta.getVersionId());
    json.append("\",\"lastUpdated\":\"");
    json.append(meta.getLastUpdatedElement().getValueAsString()).append('"');
    if (meta.hasSource()) {
      json.append(",\"source\":\"").append(meta.getSource()).append('"');
    }
    // The stored meta has what comes after these: profile, security and tag.
    if (!text.startsWith(META, head.length())) {
      return json.append('}').append(text, head.length(), text.length()).toString();
    }
    int within = head.length() + META.length();
    if (text.charAt(within) != '}') {
      json.append(',');
    }
    return json.append(text, within, text.length()).toString();
  }

  /** Whether a value stands in JSON as it is. */
  private static boolean isPlain(UriType value) {
    return !value.hasExtension()
        && (!value.hasValue()
            || value.getValue().chars().allMatch(c -> c > ' ' && c < 127 && c != '"' && c != '\\'));
  }
}
