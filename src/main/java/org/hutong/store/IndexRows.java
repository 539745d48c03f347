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
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.commons.lang3.StringUtils;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Writes what a new resource is found by. The engine would make an object of each row known to its
 * object mapper, which looks after it until the end of the transaction, though nothing ever changes
 * it there; here the rows of a transaction go to the database as one batch per table, just before
 * it commits. Rows that there were before are left to the engine (decision 0015).
 */
@Component
@Primary
class IndexRows extends DaoSearchParamSynchronizer {
  private static final int TOKEN_LENGTH = ResourceIndexedSearchParamToken.MAX_LENGTH;

  private static final Table<ResourceIndexedSearchParamString> STRINGS =
      new Table<>(
          "hfj_spidx_string",
          "sp_id",
          "seq_spidx_string",
          "res_id, sp_missing, hash_identity, hash_exact, hash_norm_prefix, sp_value_exact,"
              + " sp_value_normalized",
          (row, value) -> {
            row.parameter(value);
            row.number(value.getHashExact());
            row.number(value.getHashNormalizedPrefix());
            row.text(value.getValueExact());
            row.text(value.getValueNormalized());
          });

  private static final Table<ResourceIndexedSearchParamToken> TOKENS =
      new Table<>(
          "hfj_spidx_token",
          "sp_id",
          "seq_spidx_token",
          "res_id, sp_missing, hash_identity, hash_sys, hash_sys_and_value, hash_value, sp_system,"
              + " sp_value",
          (row, value) -> {
            row.parameter(value);
            row.number(value.getHashSystem());
            row.number(value.getHashSystemAndValue());
            row.number(value.getHashValue());
            // The hashes are of the whole.
            row.text(StringUtils.truncate(value.getSystem(), TOKEN_LENGTH));
            row.text(StringUtils.truncate(value.getValue(), TOKEN_LENGTH));
          });

  private static final Table<ResourceIndexedSearchParamDate> DATES =
      new Table<>(
          "hfj_spidx_date",
          "sp_id",
          "seq_spidx_date",
          "res_id, sp_missing, hash_identity, sp_value_low, sp_value_high,"
              + " sp_value_low_date_ordinal, sp_value_high_date_ordinal",
          (row, value) -> {
            row.parameter(value);
            row.time(value.getValueLow());
            row.time(value.getValueHigh());
            row.day(value.getValueLowDateOrdinal());
            row.day(value.getValueHighDateOrdinal());
          });

  private static final Table<ResourceIndexedSearchParamNumber> NUMBERS =
      new Table<>(
          "hfj_spidx_number",
          "sp_id",
          "seq_spidx_number",
          "res_id, sp_missing, hash_identity, sp_value",
          (row, value) -> {
            row.parameter(value);
            row.decimal(value.getValue());
          });

  private static final Table<ResourceIndexedSearchParamQuantity> QUANTITIES =
      new Table<>(
          "hfj_spidx_quantity",
          "sp_id",
          "seq_spidx_quantity",
          "res_id, sp_missing, hash_identity, hash_identity_and_units, hash_identity_sys_units,"
              + " sp_system, sp_units, sp_value",
          (row, value) -> {
            row.parameter(value);
            row.number(value.getHashIdentityAndUnits());
            row.number(value.getHashIdentitySystemAndUnits());
            row.text(value.getSystem());
            row.text(value.getUnits());
            row.floating(value.getValue());
          });

  private static final Table<ResourceIndexedSearchParamUri> URIS =
      new Table<>(
          "hfj_spidx_uri",
          "sp_id",
          "seq_spidx_uri",
          "res_id, sp_missing, hash_identity, hash_uri, sp_uri",
          (row, value) -> {
            row.parameter(value);
            row.number(value.getHashUri());
            row.text(value.getUri());
          });

  private static final Table<ResourceLink> LINKS =
      new Table<>(
          "hfj_res_link",
          "pid",
          "seq_reslink_id",
          "src_resource_id, src_path, source_resource_type, src_res_type_id, target_resource_id,"
              + " target_resource_type, target_res_type_id, target_resource_url,"
              + " target_resource_version, sp_updated",
          (row, link) -> {
            row.text(link.getSourcePath());
            row.text(link.getSourceResourceType());
            row.kind(link.getSourceResourceTypeId());
            row.number(link.getTargetResourcePid());
            row.text(link.getTargetResourceType());
            row.kind(link.getTargetResourceTypeId());
            row.text(link.getTargetResourceUrl());
            row.number(link.getTargetResourceVersion());
            row.time(link.getUpdated());
          });

  private final JdbcTemplate jdbc;
  private final ISearchParamIdentityCacheSvc identities;

  IndexRows(JdbcTemplate jdbc, ISearchParamIdentityCacheSvc identities) {
    this.jdbc = jdbc;
    this.identities = identities;
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
    AtCommit.present(this, Pending.class, Pending::new).rows.put(resource.getId().getId(), rows);
    AddRemoveCount count = new AddRemoveCount();
    count.addToAddCount(rows.size());
    return count;
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
      Collection<ResourceLink> links) {
    int size() {
      return strings.size()
          + tokens.size()
          + dates.size()
          + numbers.size()
          + quantities.size()
          + uris.size()
          + links.size();
    }
  }

  /** The rows of the present transaction, by the row id of the resource. */
  private class Pending extends AtCommit {
    private final Map<Long, Rows> rows = new LinkedHashMap<>();

    Pending() {
      super(IndexRows.this);
    }

    @Override
    public void beforeCommit(boolean readOnly) {
      rows.values().removeIf(row -> row.resource.getDeleted() != null);
      insert(STRINGS, Rows::strings);
      insert(TOKENS, Rows::tokens);
      insert(DATES, Rows::dates);
      insert(NUMBERS, Rows::numbers);
      insert(QUANTITIES, Rows::quantities);
      insert(URIS, Rows::uris);
      insert(LINKS, Rows::links);
    }

    private <T> void insert(Table<T> table, Function<Rows, Collection<T>> kind) {
      List<Map.Entry<Long, T>> values = new ArrayList<>();
      rows.forEach((id, row) -> kind.apply(row).forEach(value -> values.add(Map.entry(id, value))));
      if (!values.isEmpty()) {
        jdbc.batchUpdate(
            table.insert,
            values,
            values.size(),
            (statement, value) ->
                table.binder.bind(new Row(statement, value.getKey()), value.getValue()));
      }
    }
  }

  private interface Binder<T> {
    void bind(Row row, T value) throws SQLException;
  }

  /** A table of the index. */
  private static final class Table<T> {
    private final String insert;
    private final Binder<T> binder;

    /**
     * @param sequence gives its rows their ids. The engine takes a block of ids with each number,
     *     of which one is used here; there are 64 bits of them.
     * @param columns all that are not always null with our settings, but the id
     */
    Table(String name, String id, String sequence, String columns, Binder<T> binder) {
      this.insert =
          "insert into public.%s (%s, %s) values (nextval('public.%s')%s)"
              .formatted(name, id, columns, sequence, ", ?".repeat(columns.split(",").length));
      this.binder = binder;
    }
  }

  /** A row in the making: its columns are set one after the other. */
  private static final class Row {
    private final PreparedStatement statement;
    private int column;

    Row(PreparedStatement statement, Long resource) throws SQLException {
      this.statement = statement;
      number(resource);
    }

    void parameter(BaseResourceIndexedSearchParam value) throws SQLException {
      statement.setBoolean(++column, value.isMissing());
      number(value.getHashIdentity());
    }

    void number(@Nullable Long value) throws SQLException {
      statement.setObject(++column, value, Types.BIGINT);
    }

    void day(@Nullable Integer value) throws SQLException {
      statement.setObject(++column, value, Types.INTEGER);
    }

    void kind(@Nullable Short value) throws SQLException {
      statement.setObject(++column, value, Types.SMALLINT);
    }

    void decimal(@Nullable BigDecimal value) throws SQLException {
      statement.setBigDecimal(++column, value);
    }

    void floating(@Nullable BigDecimal value) throws SQLException {
      statement.setObject(++column, value == null ? null : value.doubleValue(), Types.DOUBLE);
    }

    void time(@Nullable Date value) throws SQLException {
      statement.setTimestamp(++column, value == null ? null : new Timestamp(value.getTime()));
    }

    void text(@Nullable String value) throws SQLException {
      statement.setString(++column, value);
    }
  }
}
