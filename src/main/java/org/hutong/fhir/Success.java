package org.hutong.fhir;

import java.util.Locale;

/** What a request that succeeded has done, for the OperationOutcome of those who ask for one. */
public enum Success {
  CREATED("已新建", "Created"),
  FOUND("已有符合条件的资源，未作改动", "One that meets the condition exists; nothing was changed"),
  UPDATED("已更新", "Updated"),
  UNCHANGED("与现行版本相同，未产生新版本", "Same as the present version; no new one was made"),
  DELETED("已标记为删除，历史版本仍可读取", "Marked as deleted; its versions stay readable"),
  NOTHING_TO_DELETE("没有可删除的资源", "There was nothing to delete"),
  DELETABLE("可以删除", "It can be deleted"),
  MERGED("已合并", "Merged"),
  MERGEABLE("可以合并；此次未作改动", "It can be merged; nothing was changed"),
  VALID("校验通过", "Valid"),
  DONE("已完成", "Done");

  /** CodeSystem of the public codes, carried in {@code OperationOutcome.issue.details.coding}. */
  public static final String SYSTEM = Canonical.BASE + "/CodeSystem/success";

  private final Bilingual text;

  Success(String zh, String en) {
    this.text = new Bilingual(zh, en);
  }

  /** The stable public code, such as {@code created}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public Bilingual text() {
    return text;
  }
}
