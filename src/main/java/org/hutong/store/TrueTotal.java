package org.hutong.store;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.dao.ISearchBuilder;
import ca.uhn.fhir.jpa.search.SynchronousSearchSvcImpl;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.SummaryEnum;
import ca.uhn.fhir.rest.api.server.IBundleProvider;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.SimpleBundleProvider;
import org.jspecify.annotations.Nullable;

/**
 * HAPI's search, counting anew where it would guess: of an empty page it believes that there are as
 * many resources as the offset says.
 */
public class TrueTotal extends SynchronousSearchSvcImpl {
  @Override
  @SuppressWarnings("rawtypes") // as inherited
  public IBundleProvider executeQuery(
      SearchParameterMap search,
      @Nullable RequestDetails request,
      String id,
      ISearchBuilder builder,
      @Nullable Integer most,
      RequestPartitionId partition) {
    IBundleProvider page = super.executeQuery(search, request, id, builder, most, partition);
    Integer offset = search.getOffset();
    if (offset != null
        && offset > 0
        && search.getEverythingMode() == null
        && page instanceof SimpleBundleProvider rows
        && offset.equals(rows.size())
        && rows.getResources(0, 1).isEmpty()) {
      SearchParameterMap count = search.clone();
      count.setSummaryMode(SummaryEnum.COUNT);
      rows.setSize(super.executeQuery(count, request, id, builder, most, partition).size());
    }
    return page;
  }
}
