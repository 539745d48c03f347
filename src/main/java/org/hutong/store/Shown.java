package org.hutong.store;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.api.dao.IDao;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.IPreResourceShowDetails;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Stage;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Stage SHOW: puts back into {@code meta} what only the narrow row keeps: the labels that the
 * server trusts, beside those that a client sent, and the client's {@code meta.source}. Former
 * versions are left as they were stored, since the row speaks of the present one, and so is what
 * was created just now.
 */
@Component
@Interceptor(order = Stage.SHOW)
class Shown implements EngineStage {
  private static final Set<RestOperationTypeEnum> AS_STORED =
      Set.of(
          RestOperationTypeEnum.CREATE,
          RestOperationTypeEnum.VREAD,
          RestOperationTypeEnum.HISTORY_INSTANCE,
          RestOperationTypeEnum.HISTORY_TYPE);

  private final JdbcTemplate jdbc;

  Shown(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @Hook(Pointcut.STORAGE_PRESHOW_RESOURCES)
  public void show(IPreResourceShowDetails details, RequestDetails request) {
    if (request == null || AS_STORED.contains(request.getRestOperationType())) {
      return;
    }
    Map<Long, Meta> shown = new HashMap<>();
    for (IBaseResource resource : details.getAllResources()) {
      JpaPid pid = IDao.RESOURCE_PID.get(resource);
      if (pid != null) {
        shown.put(pid.getId(), ((Resource) resource).getMeta());
      }
    }
    if (shown.isEmpty()) {
      return;
    }
    jdbc.query(
        """
        select res_id, source, labels from hutong.resource
        where res_id = any(?) and (source is not null or labels <> '{}')
        """,
        row -> {
          Meta meta = shown.get(row.getLong("res_id"));
          if (meta != null) {
            meta.setSource(row.getString("source"));
            for (String label : (String[]) row.getArray("labels").getArray()) {
              add(meta, label);
            }
          }
        },
        (Object) shown.keySet().toArray(Long[]::new));
  }

  private static void add(Meta meta, String label) {
    List<String> parts = List.of(label.split("\\|", 2));
    String system = parts.get(0);
    String code = parts.get(parts.size() - 1);
    if (meta.getSecurity(system, code) == null) {
      meta.addSecurity().setSystem(system).setCode(code);
    }
  }
}
