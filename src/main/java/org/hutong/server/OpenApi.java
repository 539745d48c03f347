package org.hutong.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.hutong.fhir.Institution;
import org.hutong.profiles.Declared;
import org.springframework.boot.info.BuildProperties;

/**
 * The OpenAPI 3.0 description of the endpoint, made from the CapabilityStatement: one path per
 * declared interaction, with its parameters. It says nothing that {@code /fhir/metadata} does not.
 */
final class OpenApi {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private OpenApi() {}

  static ObjectNode of(Declared declared, BuildProperties build) {
    ObjectNode document = JSON.objectNode().put("openapi", "3.0.3");
    document
        .putObject("info")
        .put("title", "Hutong 互通 FHIR R4")
        .put("version", build.getVersion())
        .put(
            "description",
            "Made from GET /fhir/metadata. Every error is an OperationOutcome, in Chinese or"
                + " English by Accept-Language. 由 GET /fhir/metadata 生成；错误均为"
                + " OperationOutcome，语言随 Accept-Language。");
    document.putArray("servers").addObject().put("url", "/fhir");
    ObjectNode paths = document.putObject("paths");
    operation(paths, "/metadata", "get", "server", "CapabilityStatement");
    body(operation(paths, "/", "post", "server", "transaction | batch"), "Bundle");
    for (String name : declared.types()) {
      Declared.Type type = declared.type(name);
      if (type != null) {
        add(paths, type);
      }
    }
    ObjectNode schemas = document.putObject("components").putObject("schemas");
    schemas
        .putObject("Resource")
        .put("type", "object")
        .put("description", "A FHIR R4 resource as JSON; XML is spoken as well.")
        .putArray("required")
        .add("resourceType");
    return document;
  }

  private static void add(ObjectNode paths, Declared.Type type) {
    String all = "/" + type.name();
    String one = all + "/{id}";
    for (String interaction : type.interactions()) {
      switch (interaction) {
        case "read" -> operation(paths, one, "get", type.name(), interaction);
        case "vread" -> operation(paths, one + "/_history/{vid}", "get", type.name(), interaction);
        case "history-instance" ->
            operation(paths, one + "/_history", "get", type.name(), interaction);
        case "search-type" -> search(operation(paths, all, "get", type.name(), interaction), type);
        case "create" -> {
          ObjectNode create = operation(paths, all, "post", type.name(), interaction);
          header(create, "If-None-Exist");
          body(create, type.name());
        }
        case "update" -> {
          ObjectNode update = operation(paths, one, "put", type.name(), interaction);
          header(update, "If-Match");
          body(update, type.name());
        }
        case "patch" ->
            body(operation(paths, one, "patch", type.name(), interaction), "Parameters");
        case "delete" -> operation(paths, one, "delete", type.name(), interaction);
        default -> throw new IllegalStateException("No path for the interaction " + interaction);
      }
    }
    for (String name : type.operations()) {
      boolean instance = Doors.level(name).contains("instance") && !type.interactions().isEmpty();
      boolean onType = Doors.level(name).contains("type");
      if (onType) {
        body(operation(paths, all + "/$" + name, "post", type.name(), "$" + name), "Parameters");
      }
      if (instance) {
        operation(paths, one + "/$" + name, "get", type.name(), "$" + name);
      }
    }
  }

  private static ObjectNode operation(
      ObjectNode paths, String path, String method, String tag, String summary) {
    ObjectNode operation = paths.withObjectProperty(path).putObject(method);
    operation.putArray("tags").add(tag);
    operation.put("summary", tag.equals("server") ? summary : tag + " " + summary);
    ArrayNode parameters = operation.putArray("parameters");
    for (String variable : new String[] {"id", "vid"}) {
      if (path.contains("{" + variable + "}")) {
        parameter(parameters, "path", variable, "string").put("required", true);
      }
    }
    if (!method.equals("get")) {
      header(operation, Institution.HEADER);
    }
    header(operation, "Accept-Language");
    ObjectNode responses = operation.putObject("responses");
    content(responses.putObject("2XX").put("description", "done"));
    content(responses.putObject("default").put("description", "OperationOutcome"));
    return operation;
  }

  private static void search(ObjectNode operation, Declared.Type type) {
    ArrayNode parameters = (ArrayNode) operation.get("parameters");
    for (Map.Entry<String, String> declared : type.searchParameters().entrySet()) {
      parameter(parameters, "query", declared.getKey(), "string")
          .put("description", declared.getValue());
    }
    for (String control : new String[] {"_sort", "_count", "_include", "_revinclude", "_total"}) {
      parameter(parameters, "query", control, control.equals("_count") ? "integer" : "string");
    }
  }

  private static void header(ObjectNode operation, String name) {
    parameter((ArrayNode) operation.get("parameters"), "header", name, "string");
  }

  private static ObjectNode parameter(ArrayNode parameters, String in, String name, String type) {
    ObjectNode parameter = parameters.addObject().put("in", in).put("name", name);
    parameter.putObject("schema").put("type", type);
    return parameter;
  }

  private static void body(ObjectNode operation, String resource) {
    content(operation.putObject("requestBody").put("description", resource));
  }

  private static void content(ObjectNode holder) {
    holder
        .putObject("content")
        .putObject("application/fhir+json")
        .putObject("schema")
        .put("$ref", "#/components/schemas/Resource");
  }
}
