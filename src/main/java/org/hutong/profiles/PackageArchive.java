package org.hutong.profiles;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.context.support.ValidationSupportContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.WorkerContextValidationSupportAdapter;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Enumerations.FHIRVersion;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.ImplementationGuide;
import org.hl7.fhir.r4.model.ImplementationGuide.ImplementationGuideDefinitionComponent;
import org.hl7.fhir.r4.model.ImplementationGuide.SPDXLicense;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.utilities.npm.NpmPackageIndexBuilder;
import org.hutong.fhir.Canonical;

/**
 * The FHIR package as one file that any tool can install (https://hl7.org/fhir/packages.html). What
 * the sources leave to be computed is in it: a snapshot of every profile, the list of what it
 * holds.
 */
public final class PackageArchive {
  private static final FhirContext R4 = FhirContext.forR4Cached();

  private PackageArchive() {}

  /**
   * Writes the archive.
   *
   * @param arguments the folder of the sources, and the folder to write to
   */
  public static void main(String[] arguments) throws IOException {
    write(Path.of(arguments[0]), Path.of(arguments[1]));
  }

  /** The file written: name and version of the package, {@code .tgz}. */
  static Path write(Path sources, Path folder) throws IOException {
    byte[] manifest = Files.readAllBytes(sources.resolve("package.json"));
    JsonNode named = new ObjectMapper().readTree(manifest);
    Map<String, byte[]> content = definitions(sources);
    content.put(
        "ImplementationGuide-" + named.path("name").asText() + ".json", guide(named, content));
    Map<String, byte[]> examples = examples(sources);

    Files.createDirectories(folder);
    Path archive =
        folder.resolve(named.path("name").asText() + "-" + named.path("version").asText() + ".tgz");
    try (OutputStream file = Files.newOutputStream(archive);
        TarArchiveOutputStream tar =
            new TarArchiveOutputStream(new GZIPOutputStream(file), "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      put(tar, "package/package.json", manifest);
      put(tar, "package/", content);
      put(tar, "package/example/", examples);
    }
    return archive;
  }

  private static Map<String, byte[]> definitions(Path sources) throws IOException {
    FhirPackage read = FhirPackage.from(R4, sources.toAbsolutePath().toUri().toString());
    DefaultProfileValidationSupport r4 = new DefaultProfileValidationSupport(R4);
    WorkerContextValidationSupportAdapter adapter = new WorkerContextValidationSupportAdapter();
    IValidationSupport snapshots = new SnapshotGeneratingValidationSupport(R4, adapter);
    IValidationSupport chain =
        new ValidationSupportChain(
            read.chain(R4, r4, snapshots, new InMemoryTerminologyServerValidationSupport(R4))
                .toArray(IValidationSupport[]::new));
    adapter.setValidationSupport(chain);
    ValidationSupportContext definitions = new ValidationSupportContext(chain);
    Map<String, byte[]> content = new TreeMap<>();
    for (Path file : files(sources)) {
      if (!file.startsWith(sources.resolve("examples"))
          && !file.startsWith(sources.resolve("invalid"))
          && !sources.equals(file.getParent())) {
        content.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    for (StructureDefinition source : read.definitions()) {
      if (!(snapshots.generateSnapshot(definitions, source.copy(), null, null, null)
              instanceof StructureDefinition definition)
          || !definition.hasSnapshot()) {
        throw new IllegalStateException(source.getUrl() + " cannot be given a snapshot");
      }
      content.put("StructureDefinition-" + source.getIdPart() + ".json", json(definition));
    }
    return content;
  }

  private static Map<String, byte[]> examples(Path sources) throws IOException {
    Map<String, byte[]> examples = new TreeMap<>();
    for (Path file : files(sources.resolve("examples"))) {
      byte[] text = Files.readAllBytes(file);
      JsonNode example = new ObjectMapper().readTree(text);
      String name =
          example.path("resourceType").asText() + "-" + example.path("id").asText() + ".json";
      if (examples.put(name, text) != null) {
        throw new IllegalStateException("There are two examples with the name " + name);
      }
    }
    return examples;
  }

  /** Tools that show a package ask for it; it lists what they may show. */
  private static byte[] guide(JsonNode named, Map<String, byte[]> content) throws IOException {
    String name = named.path("name").asText();
    ImplementationGuide guide = new ImplementationGuide();
    guide.setId(name);
    guide.setUrl(Canonical.BASE + "/ImplementationGuide/" + name);
    guide.setVersion(named.path("version").asText());
    guide.setName("Hutong");
    guide.setTitle(named.path("title").asText());
    guide.setStatus(PublicationStatus.DRAFT);
    guide.setPublisher(named.path("author").asText());
    guide.setDescription(named.path("description").asText());
    guide.setPackageId(name);
    guide.setLicense(SPDXLicense.fromCode(named.path("license").asText()));
    guide.addFhirVersion(FHIRVersion.fromCode(named.path("fhirVersions").path(0).asText()));
    ImplementationGuideDefinitionComponent definition = guide.getDefinition();
    String latest = "";
    for (byte[] text : content.values()) {
      JsonNode resource = new ObjectMapper().readTree(text);
      String date = resource.path("date").asText();
      latest = date.compareTo(latest) > 0 ? date : latest;
      definition
          .addResource()
          .setReference(
              new Reference(
                  resource.path("resourceType").asText() + "/" + resource.path("id").asText()))
          .setName(resource.path("name").asText())
          .setExample(new BooleanType(false));
    }
    guide.setDateElement(new DateTimeType(latest));
    return json(guide);
  }

  private static byte[] json(Resource resource) {
    return R4.newJsonParser()
        .setPrettyPrint(true)
        .encodeResourceToString(resource)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> found = Files.walk(folder)) {
      return found.filter(path -> path.toString().endsWith(".json")).sorted().toList();
    }
  }

  private static void put(TarArchiveOutputStream tar, String folder, Map<String, byte[]> files)
      throws IOException {
    NpmPackageIndexBuilder index = new NpmPackageIndexBuilder();
    index.start(null);
    files.forEach(index::seeFile);
    put(tar, folder + ".index.json", index.build().getBytes(StandardCharsets.UTF_8));
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      put(tar, folder + file.getKey(), file.getValue());
    }
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    entry.setModTime(0);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }
}
