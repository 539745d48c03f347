package org.hutong.bench;

import java.util.List;

/**
 * An institution of the made-up county: hospitals first, then township centres, then village
 * clinics.
 *
 * @param type code of WS 218
 * @param parent which institution it belongs to, or -1
 */
record Institution(String name, String type, String typeName, String place, int parent) {

  static final int HOSPITALS = 2;
  static final int CENTRES = 4;

  static final List<Institution> ALL =
      List.of(
          new Institution("平湖县人民医院", "A100", "综合医院", "城关镇", -1),
          new Institution("平湖县中医医院", "A210", "中医医院", "城关镇", -1),
          new Institution("青石镇中心卫生院", "C210", "中心卫生院", "青石镇", 0),
          new Institution("柳河乡卫生院", "C220", "乡卫生院", "柳河乡", 1),
          new Institution("东山镇中心卫生院", "C210", "中心卫生院", "东山镇", 0),
          new Institution("白沙乡卫生院", "C220", "乡卫生院", "白沙乡", 1),
          new Institution("青石镇上河村卫生室", "D600", "村卫生室", "青石镇上河村", 2),
          new Institution("柳河乡柳林村卫生室", "D600", "村卫生室", "柳河乡柳林村", 3),
          new Institution("东山镇石桥村卫生室", "D600", "村卫生室", "东山镇石桥村", 4),
          new Institution("白沙乡沙湾村卫生室", "D600", "村卫生室", "白沙乡沙湾村", 5),
          new Institution("青石镇下河村卫生室", "D600", "村卫生室", "青石镇下河村", 2),
          new Institution("柳河乡马家村卫生室", "D600", "村卫生室", "柳河乡马家村", 3),
          new Institution("东山镇北岭村卫生室", "D600", "村卫生室", "东山镇北岭村", 4),
          new Institution("白沙乡新建村卫生室", "D600", "村卫生室", "白沙乡新建村", 5));

  enum Tier {
    COUNTY("county", "县级"),
    TOWNSHIP("township", "乡镇级"),
    VILLAGE("village", "村级");

    private final String code;
    private final String display;

    Tier(String code, String display) {
      this.code = code;
      this.display = display;
    }

    String code() {
      return code;
    }

    String display() {
      return display;
    }
  }

  Tier tier() {
    return switch (type.charAt(0)) {
      case 'A' -> Tier.COUNTY;
      case 'C' -> Tier.TOWNSHIP;
      default -> Tier.VILLAGE;
    };
  }

  /** The village clinic near which a resident lives. */
  static int village(int resident) {
    int first = HOSPITALS + CENTRES;
    return first + resident % (ALL.size() - first);
  }
}
