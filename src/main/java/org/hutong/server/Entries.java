package org.hutong.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;

/**
 * What the entries of a transaction or batch must have, and where those of a transaction may not
 * contradict each other (FHIR R4 §3.1.0.11.2, bdl-3, bdl-7). The engine stumbles over some of it
 * without saying where, and carries out the rest in an order of its own.
 */
final class Entries {
  private static final Set<Bundle.HTTPVerb> BRING_RESOURCE =
      Set.of(Bundle.HTTPVerb.POST, Bundle.HTTPVerb.PUT, Bundle.HTTPVerb.PATCH);

  private static final Set<Bundle.HTTPVerb> CHANGE_ONE =
      Set.of(Bundle.HTTPVerb.PUT, Bundle.HTTPVerb.PATCH, Bundle.HTTPVerb.DELETE);

  private Entries() {}

  /** A Bundle that is no transaction or batch, and entries that do not say what is to be done. */
  static List<Problem.Issue> incomplete(Bundle bundle) {
    if (!bundle.hasType()) {
      // It decides whether all of it is stored or each entry for itself; HAPI would guess.
      return type("Bundle 没有写明 type", "The Bundle does not say its type");
    }
    if (bundle.getType() != Bundle.BundleType.TRANSACTION
        && bundle.getType() != Bundle.BundleType.BATCH) {
      String type = bundle.getType().toCode();
      return type(
          "类型为 " + type + " 的 Bundle 不能在此执行",
          "A Bundle of type " + type + " cannot be carried out");
    }
    List<Problem.Issue> issues = new ArrayList<>();
    for (int i = 0; i < bundle.getEntry().size(); i++) {
      Bundle.BundleEntryRequestComponent request = bundle.getEntry().get(i).getRequest();
      if (request.getMethod() == null || !request.hasUrl()) {
        issues.add(
            issue(
                "Bundle.entry[" + i + "].request",
                new Bilingual(
                    "条目的 request 缺少 method 或 url",
                    "The request of the entry lacks its method or its url"),
                new Bilingual(
                    "请补上 request.method（如 POST）与 request.url（如 Patient）。",
                    "Add request.method, such as POST, and request.url, such as Patient.")));
      }
    }
    return issues;
  }

  /** Entries of a transaction that lack a resource, or are at odds with themselves or others. */
  static List<Problem.Issue> contradictions(Bundle bundle) {
    List<Problem.Issue> issues = new ArrayList<>();
    Map<String, List<String>> fullUrls = new LinkedHashMap<>();
    Map<String, List<String>> changed = new LinkedHashMap<>();
    for (int i = 0; i < bundle.getEntry().size(); i++) {
      Bundle.BundleEntryComponent entry = bundle.getEntry().get(i);
      Bundle.HTTPVerb verb = entry.getRequest().getMethod();
      String at = "Bundle.entry[" + i + "]";
      if (BRING_RESOURCE.contains(verb) && !entry.hasResource()) {
        issues.add(
            issue(
                at + ".resource",
                new Bilingual(
                    verb.toCode() + " 条目缺少 resource",
                    "The " + verb.toCode() + " brings no resource"),
                new Bilingual(
                    "请补上 resource；PATCH 用 Parameters 或 Binary。",
                    "Add the resource; for a PATCH that is a Parameters or a Binary.")));
      }
      if (entry.hasFullUrl() && entry.hasResource()) {
        fullUrls.computeIfAbsent(entry.getFullUrl(), first -> new ArrayList<>()).add(at);
      }
      String[] path = Doors.segments(entry.getRequest().getUrl()).toArray(new String[0]);
      if (CHANGE_ONE.contains(verb) && path.length == 2) {
        String name = String.join("/", path);
        changed.computeIfAbsent(name, first -> new ArrayList<>()).add(at);
        if (verb == Bundle.HTTPVerb.PUT && entry.hasResource()) {
          issues.addAll(otherId(entry.getResource(), path[1], at));
        }
      }
    }
    fullUrls.forEach((url, at) -> issues.addAll(repeatedFullUrl(url, at)));
    changed.forEach((name, at) -> issues.addAll(repeatedTarget(name, at)));
    return issues;
  }

  private static List<Problem.Issue> otherId(Resource resource, String id, String at) {
    String own = String.valueOf(resource.getIdElement().getIdPart());
    return own.equals(id)
        ? List.of()
        : Problem.otherId(at + ".resource.id", id, resource.getIdElement().hasIdPart() ? own : "")
            .issues();
  }

  private static List<Problem.Issue> repeatedFullUrl(String url, List<String> places) {
    String shown = Problem.printable(url);
    return repeated(
        places,
        ".fullUrl",
        new Bilingual(
            "几个条目的 fullUrl 同为 %s，引用它的不知指哪一个".formatted(shown),
            "Entries share the fullUrl %s: nobody knows which one a reference means"
                .formatted(shown)),
        new Bilingual(
            "每个条目的 fullUrl 须各不相同，如各用一个新的 urn:uuid。",
            "Give each entry a fullUrl of its own, such as a new urn:uuid."));
  }

  private static List<Problem.Issue> repeatedTarget(String name, List<String> places) {
    String shown = Problem.printable(name);
    return repeated(
        places,
        ".request.url",
        new Bilingual(
            "事务中几个条目都要改动 " + shown,
            "Entries of the transaction change the same resource, " + shown),
        new Bilingual(
            "一个事务对一个资源只改一次：请合并这些条目，或分次发送。",
            "A transaction changes a resource once: merge these entries, or send them one after the"
                + " other."));
  }

  private static List<Problem.Issue> repeated(
      List<String> places, String element, Bilingual what, Bilingual mend) {
    if (places.size() < 2) {
      return List.of();
    }
    String all = places.stream().map(at -> at + element).collect(Collectors.joining(", "));
    return places.stream()
        .map(
            at ->
                issue(
                    at + element,
                    new Bilingual(what.zh() + "：" + all, what.en() + ": " + all),
                    mend))
        .toList();
  }

  private static List<Problem.Issue> type(String zh, String en) {
    return List.of(
        issue(
            "Bundle.type",
            new Bilingual(zh, en),
            new Bilingual(
                "请写 transaction（全部成功或全部不存）或 batch（逐条独立）。",
                "Write transaction (all of it or nothing) or batch (each entry for itself).")));
  }

  private static Problem.Issue issue(String at, Bilingual what, Bilingual mend) {
    return Problem.worded(ProblemCode.REQUEST_INVALID, at, what, mend).issues().get(0);
  }
}
