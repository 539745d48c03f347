package org.hutong.server;

import com.github.dnault.xmlpatch.Patcher;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import javax.xml.XMLConstants;
import javax.xml.namespace.NamespaceContext;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * Carries an XML Patch (RFC 5261) out on a text, one operation after the other, to say which of
 * them fails and why. A patch within a Binary comes here unread: a DOCTYPE is refused.
 */
final class XmlTrial {
  private static final Set<String> OPERATIONS = Set.of("add", "replace", "remove");

  private XmlTrial() {}

  /**
   * The operations of a patch.
   *
   * @throws Problem when it is none
   */
  static List<Element> operations(String patch) {
    Element root = document(patch).getDocumentElement();
    if (!"diff".equals(root.getLocalName())) {
      throw Patches.fault(
          "diff", "XML Patch 的根元素须是 diff", "The root element of an XML Patch is diff");
    }
    List<Element> operations = new ArrayList<>();
    NodeList nodes = root.getChildNodes();
    for (int i = 0; i < nodes.getLength(); i++) {
      if (nodes.item(i) instanceof Element operation) {
        operations.add(operation);
      }
    }
    for (int i = 0; i < operations.size(); i++) {
      Element operation = operations.get(i);
      if (!OPERATIONS.contains(String.valueOf(operation.getLocalName()))) {
        throw at(operation, i)
            .failed(
                new Bilingual("操作须是 add、replace、remove 之一", "it is none of add, replace, remove"));
      }
      if (!operation.hasAttribute("sel")) {
        throw at(operation, i).failed(new Bilingual("缺少属性 sel", "it lacks the attribute sel"));
      }
    }
    return operations;
  }

  /**
   * What a patch makes of a resource.
   *
   * @throws Problem PATCH_FAILED at the first operation that cannot be carried out
   */
  static String run(String present, String patch) {
    List<Element> operations = operations(patch);
    String text = present;
    for (int i = 0; i < operations.size(); i++) {
      Element operation = operations.get(i);
      Bilingual reason = before(text, operation);
      ByteArrayOutputStream result = new ByteArrayOutputStream();
      if (reason == null) {
        try {
          Patcher.patch(stream(text), stream(alone(operation)), result);
        } catch (IOException | RuntimeException failed) {
          reason =
              new Bilingual("所给的内容不合所指的位置", "what it gives does not fit the place that it names");
        }
      }
      if (reason != null) {
        throw at(operation, i).failed(reason);
      }
      text = result.toString(StandardCharsets.UTF_8);
    }
    return text;
  }

  private static @Nullable Bilingual before(String text, Element operation) {
    XPath path = XPathFactory.newInstance().newXPath();
    path.setNamespaceContext(new Prefixes(operation));
    try {
      NodeList found =
          (NodeList)
              path.evaluate(operation.getAttribute("sel"), document(text), XPathConstants.NODESET);
      return found.getLength() == 1 ? null : Patches.matches(found.getLength());
    } catch (XPathExpressionException | RuntimeException unusable) {
      return new Bilingual(
          "sel 不是可用的 XPath，或其前缀没有声明（如 xmlns:f=\"http://hl7.org/fhir\"）",
          "its sel is no XPath that can be used, or a prefix is not declared, such as"
              + " xmlns:f=\"http://hl7.org/fhir\"");
    }
  }

  private static Patches.Operation at(Element operation, int index) {
    String shown = operation.getLocalName() + " " + operation.getAttribute("sel");
    return new Patches.Operation("diff[" + index + "]", index, shown);
  }

  /** A patch of one operation. */
  private static String alone(Element operation) {
    Document owner = operation.getOwnerDocument();
    Element diff = (Element) owner.getDocumentElement().cloneNode(false);
    diff.appendChild(operation.cloneNode(true));
    try {
      StringWriter text = new StringWriter();
      Transformer writer = TransformerFactory.newInstance().newTransformer();
      writer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
      writer.transform(new DOMSource(diff), new StreamResult(text));
      return text.toString();
    } catch (TransformerException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Document document(String text) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setNamespaceAware(true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null);
      return builder.parse(new InputSource(new StringReader(text)));
    } catch (SAXException malformed) {
      throw Problem.of(ProblemCode.BODY_MALFORMED, "XML Patch", "XML");
    } catch (ParserConfigurationException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The prefixes that a patch declares. */
  private record Prefixes(Node operation) implements NamespaceContext {
    @Override
    public String getNamespaceURI(String prefix) {
      String uri = operation.lookupNamespaceURI(prefix);
      return uri == null ? XMLConstants.NULL_NS_URI : uri;
    }

    @Override
    public @Nullable String getPrefix(String uri) {
      return operation.lookupPrefix(uri);
    }

    @Override
    public Iterator<String> getPrefixes(String uri) {
      return Collections.emptyIterator();
    }
  }
}
