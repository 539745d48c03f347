package org.hutong.directory;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;

/** What an import is going to do. */
final class Plan {
  private final Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
  private final List<Integer> entries = new ArrayList<>();
  private final List<Done> done = new ArrayList<>();
  private final List<Missing> missing = new ArrayList<>();

  /** What becomes of a row. */
  enum Action {
    CREATED,
    UPDATED,
    UNCHANGED
  }

  /**
   * A row that can be taken in.
   *
   * @param columns whose cells say something new
   */
  record Done(int row, Action action, String key, Set<String> columns) {}

  /** What the directory has and the table has not; it stays as it is. */
  record Missing(String reference, String name) {}

  /** Has a new resource written. */
  void create(int row, String fullUrl, Resource resource) {
    entries.add(row);
    bundle
        .addEntry()
        .setFullUrl(fullUrl)
        .setResource(resource)
        .getRequest()
        .setMethod(Bundle.HTTPVerb.POST)
        .setUrl(resource.fhirType());
  }

  /** Has a version written in place of the one that was read. */
  void update(int row, Resource resource) {
    String id = resource.fhirType() + "/" + resource.getIdElement().getIdPart();
    String version = resource.getIdElement().getVersionIdPart();
    entries.add(row);
    resource.setId(id);
    bundle
        .addEntry()
        .setResource(resource)
        .getRequest()
        .setMethod(Bundle.HTTPVerb.PUT)
        .setUrl(id)
        .setIfMatch("W/\"" + version + "\"");
  }

  void done(int row, Action action, String key, Set<String> columns) {
    done.add(new Done(row, action, key, columns));
  }

  void missing(String reference, String name) {
    missing.add(new Missing(reference, name));
  }

  Bundle bundle() {
    return bundle;
  }

  /** The row that an entry of the Bundle comes from. */
  int row(int entry) {
    return entries.get(entry);
  }

  List<Done> done() {
    return done;
  }

  List<Missing> missing() {
    return missing;
  }
}
