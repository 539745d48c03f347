package org.hutong.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Stage;

/**
 * Stage FIRST_PAGE: makes the first page one like the others, from offset 0. Without an offset HAPI
 * cuts a page after as many rows as were asked for, includes counted.
 */
@Interceptor(order = Stage.FIRST_PAGE)
class FirstPage implements EngineStage {

  @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
  public boolean begin(RequestDetails request) {
    if (request.getRestOperationType() == RestOperationTypeEnum.SEARCH_TYPE
        && !request.getParameters().containsKey(Constants.PARAM_OFFSET)) {
      Map<String, String[]> parameters = new LinkedHashMap<>(request.getParameters());
      parameters.put(Constants.PARAM_OFFSET, new String[] {"0"});
      request.setParameters(parameters);
    }
    return true;
  }
}
