package org.hutong.store;

import ca.uhn.fhir.jpa.cache.ISearchParamIdentityCacheSvc;
import ca.uhn.fhir.jpa.dao.index.DaoSearchParamSynchronizer;
import ca.uhn.fhir.jpa.model.entity.BaseResourceIndex;
import ca.uhn.fhir.jpa.model.entity.BaseResourceIndexedSearchParam;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamDate;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamNumber;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamQuantity;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamString;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamToken;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamUri;
import ca.uhn.fhir.jpa.model.entity.ResourceLink;
import ca.uhn.fhir.jpa.model.entity.ResourceTable;
import ca.uhn.fhir.jpa.searchparam.extractor.ResourceIndexedSearchParams;
import ca.uhn.fhir.jpa.util.AddRemoveCount;
import java.time.LocalDate;
import java.util.Calendar;
import java.util.Collection;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.HashSet;
import java.util.Locale;
import java.util.TimeZone;
import java.util.function.BiConsumer;
import org.apache.commons.lang3.StringUtils;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Primary;
import org.springframework.stereotype.Component;

/**
 * Writes what a new resource is found by. The engine would make an object of each row known to its
 * object mapper, which looks after it until the end of the transaction, though nothing ever changes
 * it there; here all rows of a transaction go to the database at once, just before it commits. Rows
 * that there were before are left to the engine (decision 0015).
 */
@Component
@Primary
class IndexRows extends DaoSearchParamSynchronizer {
  /** 1582-10-15T00:00:00Z, from when on all calendars here agree. */
  private static final long GREGORIAN = -12_219_292_800_000L;

  /** In milliseconds. */
  private static final long DAY = 86_400_000L;

  private static final int TOKEN_LENGTH = ResourceIndexedSearchParamToken.MAX_LENGTH;

  private static final BulkInsert STRINGS =
      table(
          "string",
          "hash_exact int8, hash_norm_prefix int8, sp_value_exact text, sp_value_normalized text");

  private static final BulkInsert TOKENS =
      table(
          "token",
          "hash_sys int8, hash_sys_and_value int8, hash_value int8, sp_system text, sp_value text");

  private static final BulkInsert DATES =
      table(
          "date",
          "sp_value_low timestamp, sp_value_high timestamp, sp_value_low_date_ordinal int4,"
              + " sp_value_high_date_ordinal int4");

  private static final BulkInsert NUMBERS = table("number", "sp_value numeric");

  private static final BulkInsert QUANTITIES =
      table(
          "quantity",
          "hash_identity_and_units int8, hash_identity_sys_units int8, sp_system text,"
              + " sp_units text, sp_value float8");

  private static final BulkInsert URIS = table("uri", "hash_uri int8, sp_uri text");

  private static final BulkInsert LINKS =
      new BulkInsert(
          "public.hfj_res_link",
          "pid, ",
          "nextval('public.seq_reslink_id'), ",
          "src_resource_id int8, src_path text, source_resource_type text, src_res_type_id int2,"
              + " target_resource_id int8, target_resource_type text, target_res_type_id int2,"
              + " target_resource_url text, target_resource_version int8, sp_updated timestamp",
          "");

  private final AtCommit atCommit;
  private final ISearchParamIdentityCacheSvc identities;

  IndexRows(AtCommit atCommit, ISearchParamIdentityCacheSvc identities) {
    this.atCommit = atCommit;
    this.identities = identities;
  }

  /**
   * A table of parameters. The engine takes a block of ids with each number of a sequence, of which
   * one is used here; there are 64 bits of them.
   *
   * @param columns all that are not always null with our settings, but those that every such table
   *     has
   */
  private static BulkInsert table(String kind, String columns) {
    return new BulkInsert(
        "public.hfj_spidx_" + kind,
        "sp_id, ",
        "nextval('public.seq_spidx_" + kind + "'), ",
        "res_id int8, sp_missing bool, hash_identity int8, " + columns,
        "");
  }

  @Override
  public AddRemoveCount synchronizeSearchParamsToDatabase(
      ResourceIndexedSearchParams found,
      ResourceTable resource,
      ResourceIndexedSearchParams existing) {
    if (!isEmpty(existing) || hasOthers(found)) {
      return super.synchronizeSearchParamsToDatabase(found, resource, existing);
    }
    Rows rows =
        new Rows(
            resource,
            settled(found.myStringParams, resource),
            settled(found.myTokenParams, resource),
            settled(found.myDateParams, resource),
            settled(found.myNumberParams, resource),
            settled(found.myQuantityParams, resource),
            settled(found.myUriParams, resource),
            settled(found.myLinks, resource));
    atCommit.add(IndexRows.class, resource.getId().getId(), rows);
    AddRemoveCount count = new AddRemoveCount();
    count.addToAddCount(rows.size());
    return count;
  }

  /** The text of a resource that the present transaction has created; null when it has none. */
  @Nullable String text(long resource) {
    return atCommit.of(IndexRows.class, resource) instanceof Rows rows
        ? rows.resource.getCurrentVersionEntity().getResourceTextVc()
        : null;
  }

  private static boolean isEmpty(ResourceIndexedSearchParams params) {
    return params.myStringParams.isEmpty()
        && params.myTokenParams.isEmpty()
        && params.myDateParams.isEmpty()
        && params.myNumberParams.isEmpty()
        && params.myQuantityParams.isEmpty()
        && params.myUriParams.isEmpty()
        && params.myLinks.isEmpty()
        && !hasOthers(params);
  }

  /** Kinds that none of the declared parameters brings about. */
  private static boolean hasOthers(ResourceIndexedSearchParams params) {
    return !params.myQuantityNormalizedParams.isEmpty()
        || !params.myCoordsParams.isEmpty()
        || !params.myComboStringUniques.isEmpty()
        || !params.myComboTokenNonUnique.isEmpty();
  }

  /**
   * Each value once, with its hashes. The engine is left none of them, for it would take them for
   * rows that it has to look after; asked a second time in the same transaction, it then finds
   * nothing that there was, and what it brings replaces what is pending.
   */
  private <T extends BaseResourceIndex> Collection<T> settled(
      Collection<T> found, ResourceTable resource) {
    for (T value : found) {
      value.setResourceId(resource.getId().getId());
      value.setPartitionId(resource.getPartitionId());
      value.calculateHashes();
      if (value instanceof BaseResourceIndexedSearchParam parameter) {
        identities.findOrCreateSearchParamIdentity(
            parameter.getHashIdentity(), parameter.getResourceType(), parameter.getParamName());
      }
    }
    Collection<T> settled = new HashSet<>(found); // the hash codes depend on the hashes
    found.clear();
    return settled;
  }

  /** What a resource is found by. */
  private record Rows(
      ResourceTable resource,
      Collection<ResourceIndexedSearchParamString> strings,
      Collection<ResourceIndexedSearchParamToken> tokens,
      Collection<ResourceIndexedSearchParamDate> dates,
      Collection<ResourceIndexedSearchParamNumber> numbers,
      Collection<ResourceIndexedSearchParamQuantity> quantities,
      Collection<ResourceIndexedSearchParamUri> uris,
      Collection<ResourceLink> links)
      implements AtCommit.Rows {
    int size() {
      return strings.size()
          + tokens.size()
          + dates.size()
          + numbers.size()
          + quantities.size()
          + uris.size()
          + links.size();
    }

    @Override
    public void forEach(BiConsumer<BulkInsert, @Nullable Object[]> row) {
      if (resource.getDeleted() != null) {
        return;
      }
      for (ResourceIndexedSearchParamString value : strings) {
        row.accept(
            STRINGS,
            row(
                value,
                value.getHashExact(),
                value.getHashNormalizedPrefix(),
                value.getValueExact(),
                value.getValueNormalized()));
      }
      for (ResourceIndexedSearchParamToken value : tokens) {
        row.accept(
            TOKENS,
            row(
                value,
                value.getHashSystem(),
                value.getHashSystemAndValue(),
                value.getHashValue(),
                // The hashes are of the whole.
                StringUtils.truncate(value.getSystem(), TOKEN_LENGTH),
                StringUtils.truncate(value.getValue(), TOKEN_LENGTH)));
      }
      for (ResourceIndexedSearchParamDate value : dates) {
        row.accept(
            DATES,
            row(
                value,
                millis(value.getValueLow()),
                millis(value.getValueHigh()),
                value.getValueLowDateOrdinal(),
                value.getValueHighDateOrdinal()));
      }
      for (ResourceIndexedSearchParamNumber value : numbers) {
        row.accept(NUMBERS, row(value, value.getValue()));
      }
      for (ResourceIndexedSearchParamQuantity value : quantities) {
        row.accept(
            QUANTITIES,
            row(
                value,
                value.getHashIdentityAndUnits(),
                value.getHashIdentitySystemAndUnits(),
                value.getSystem(),
                value.getUnits(),
                value.getValue() == null ? null : value.getValue().doubleValue()));
      }
      for (ResourceIndexedSearchParamUri value : uris) {
        row.accept(URIS, row(value, value.getHashUri(), value.getUri()));
      }
      for (ResourceLink link : links) {
        row.accept(
            LINKS,
            new Object[] {
              resource.getId().getId(),
              link.getSourcePath(),
              link.getSourceResourceType(),
              link.getSourceResourceTypeId(),
              link.getTargetResourcePid(),
              link.getTargetResourceType(),
              link.getTargetResourceTypeId(),
              link.getTargetResourceUrl(),
              link.getTargetResourceVersion(),
              millis(link.getUpdated())
            });
      }
    }

    private @Nullable Object[] row(
        BaseResourceIndexedSearchParam value, @Nullable Object... values) {
      @Nullable Object[] row = new Object[values.length + 3];
      row[0] = resource.getId().getId();
      row[1] = value.isMissing();
      row[2] = value.getHashIdentity();
      System.arraycopy(values, 0, row, 3, values.length);
      return row;
    }

    /**
     * What the clock shows in UTC, counted as PostgreSQL counts: it takes today's calendar back
     * beyond 1582, where Java's has the one of then.
     */
    private static @Nullable Long millis(@Nullable Date time) {
      if (time == null || time.getTime() >= GREGORIAN) {
        return time == null ? null : time.getTime();
      }
      Calendar then = new GregorianCalendar(TimeZone.getTimeZone("UTC"), Locale.ROOT);
      then.setTime(time);
      long day =
          LocalDate.of(then.get(Calendar.YEAR), then.get(Calendar.MONTH) + 1, 1).toEpochDay()
              + then.get(Calendar.DAY_OF_MONTH) // a 29 February of then may be a 1 March
              - 1;
      return day * DAY + Math.floorMod(time.getTime(), DAY);
    }
  }
}
