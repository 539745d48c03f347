package org.hutong.profiles;

import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.Narrative;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.utilities.xhtml.NodeType;
import org.hl7.fhir.utilities.xhtml.XhtmlNode;

/** Plain narratives: paragraphs, lists and tables of text. Links, images and ids are not plain. */
final class Narratives {
  private static final Set<String> TEXT = Set.of("b", "i", "em", "strong", "span", "br");
  private static final Set<String> FLOW =
      Set.of(
          "b", "i", "em", "strong", "span", "br", "p", "div", "table", "ul", "ol", "h1", "h2", "h3",
          "h4", "h5", "h6", "hr");
  private static final Map<String, Set<String>> INSIDE =
      Map.ofEntries(
          Map.entry("table", Set.of("tbody", "thead", "tr")),
          Map.entry("tbody", Set.of("tr")),
          Map.entry("thead", Set.of("tr")),
          Map.entry("tr", Set.of("td", "th")),
          Map.entry("ul", Set.of("li")),
          Map.entry("ol", Set.of("li")),
          Map.entry("td", FLOW),
          Map.entry("th", FLOW),
          Map.entry("li", FLOW),
          Map.entry("div", FLOW),
          Map.entry("span", Set.of("br")),
          Map.entry("b", Set.of("br")),
          Map.entry("i", Set.of("br")),
          Map.entry("em", Set.of("br")),
          Map.entry("strong", Set.of("br")),
          Map.entry("p", TEXT),
          Map.entry("h1", TEXT),
          Map.entry("h2", TEXT),
          Map.entry("h3", TEXT),
          Map.entry("h4", TEXT),
          Map.entry("h5", TEXT),
          Map.entry("h6", TEXT));

  /** Elements that hold no text of their own. */
  private static final Set<String> FRAMES = Set.of("table", "tbody", "thead", "tr", "ul", "ol");

  private Narratives() {}

  static void check(Narrative narrative, Resource resource) {
    if (!narrative.hasStatus()
        || narrative.getStatus() == Narrative.NarrativeStatus.NULL
        || narrative.hasId()
        || narrative.hasExtension()
        || narrative.getStatusElement().hasExtension()
        || resource.hasLanguage()) {
      throw new Undecided("narrative");
    }
    XhtmlNode div = narrative.getDiv();
    if (!"div".equals(div.getName())
        || !XhtmlNode.XMLNS.equals(div.getNsDecl())
        || !check(div, true)) {
      throw new Undecided("narrative");
    }
  }

  /** Throws when a node is not plain; says whether it holds any text. */
  private static boolean check(XhtmlNode node, boolean outermost) {
    for (String attribute : node.getAttributes().keySet()) {
      if (!attribute.equals("class") && !(outermost && attribute.equals("xmlns"))) {
        throw new Undecided("narrative");
      }
    }
    Set<String> allowed = INSIDE.getOrDefault(node.getName(), Set.of());
    boolean text = false;
    for (XhtmlNode child : node.getChildNodes()) {
      if (child.getNodeType() == NodeType.Text) {
        String content = child.getContent() == null ? "" : child.getContent();
        boolean blank = content.isBlank();
        if (!Formats.isPlain(content)) {
          throw new Undecided("narrative");
        }
        if (!blank && (FRAMES.contains(node.getName()) || !INSIDE.containsKey(node.getName()))) {
          throw new Undecided("narrative");
        }
        text |= !blank;
      } else if (child.getNodeType() == NodeType.Element && allowed.contains(child.getName())) {
        text |= check(child, false);
      } else {
        throw new Undecided("narrative");
      }
    }
    return text;
  }
}
