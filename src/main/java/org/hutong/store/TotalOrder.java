package org.hutong.store;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.dao.NonPersistedSearch;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.SortOrderEnum;
import ca.uhn.fhir.rest.api.SortSpec;
import ca.uhn.fhir.rest.server.util.ICachedSearchDetails;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.NameIndex;
import org.hutong.fhir.Stage;
import org.springframework.stereotype.Component;

/**
 * Stage TOTAL_ORDER: appends the row id as last sort key to every search, so that rows which tie on
 * all others still have one order, and pages neither skip nor repeat them. Names sort by Pinyin.
 */
@Component
@Interceptor(order = Stage.TOTAL_ORDER)
class TotalOrder implements EngineStage {

  @Hook(Pointcut.STORAGE_PRESEARCH_REGISTERED)
  public void order(SearchParameterMap search, ICachedSearchDetails details) {
    boolean condition = details instanceof NonPersistedSearch;
    if (condition || search.getEverythingMode() != null) {
      return;
    }
    SortSpec rowId = new SortSpec(Constants.PARAM_PID, SortOrderEnum.ASC);
    SortSpec last = search.getSort();
    if (last == null) {
      search.setSort(rowId);
      return;
    }
    order(last, details.getResourceType());
    while (last.getChain() != null) {
      last = last.getChain();
      order(last, details.getResourceType());
    }
    last.setChain(rowId);
  }

  /** A person has many names in the index, but one place among the others. */
  private static void order(SortSpec key, String type) {
    if (NameIndex.NAME.equals(key.getParamName()) && NameIndex.has(type, NameIndex.NAME)) {
      key.setParamName(NameIndex.ORDER);
    }
  }
}
