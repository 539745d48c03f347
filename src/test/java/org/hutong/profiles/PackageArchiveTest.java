package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.ImplementationGuide;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.utilities.npm.NpmPackage;
import org.hl7.fhir.utilities.npm.PackageGenerator.PackageType;
import org.hutong.fhir.Canonical;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive is what the reference implementation of FHIR packages takes for one. */
class PackageArchiveTest {
  private static final Path SOURCES = Path.of("fhir-profiles");
  private static final FhirContext R4 = FhirContext.forR4Cached();

  @TempDir static Path folder;
  private static NpmPackage archive;

  @BeforeAll
  static void install() throws IOException {
    Path file = PackageArchive.write(SOURCES, folder);
    assertThat(file.getFileName()).hasToString("org.hutong.fhir-0.1.0.tgz");
    try (InputStream in = Files.newInputStream(file)) {
      archive = NpmPackage.fromPackage(in);
    }
  }

  @Test
  void saysWhatItIs() {
    assertThat(archive.name()).isEqualTo("org.hutong.fhir");
    assertThat(archive.version()).isEqualTo("0.1.0");
    assertThat(archive.canonical()).isEqualTo(Canonical.BASE);
    assertThat(archive.fhirVersion()).isEqualTo("4.0.1");
    assertThat(archive.isType(PackageType.IG)).isTrue();
    assertThat(archive.dependencies()).containsExactly("hl7.fhir.r4.core#4.0.1");
    assertThat(archive.license()).isEqualTo("Apache-2.0");
  }

  @Test
  void holdsEverySourceOnceAndListsIt() throws IOException {
    Set<String> sources = new TreeSet<>();
    for (String part :
        List.of("profiles", "extensions", "search", "operations", "terminology", "capability")) {
      sources.addAll(names(SOURCES.resolve(part)));
    }
    sources.add("ImplementationGuide-org.hutong.fhir.json");
    assertThat(new TreeSet<>(listed())).isEqualTo(sources).hasSameSizeAs(listed());
    assertThat(names(SOURCES.resolve("examples")).size())
        .isEqualTo(archive.listResourcesInFolder("example", types()).size());
  }

  @Test
  void findsEachProfileByItsCanonicalUrlWithItsSnapshot() throws IOException {
    for (StructureDefinition source : FhirPackage.fromClassPath(R4).definitions()) {
      StructureDefinition installed;
      try (InputStream in = archive.loadByCanonical(source.getUrl())) {
        installed = R4.newJsonParser().parseResource(StructureDefinition.class, in);
      }
      assertThat(installed.getSnapshot().getElement().size())
          .as(source.getUrl())
          .isGreaterThanOrEqualTo(source.getDifferential().getElement().size());
      assertThat(installed.getSnapshot().getElementFirstRep().getPath())
          .isEqualTo(source.getType());
    }
  }

  @Test
  void saysOfEachDefinitionWhoPublishedItWhenAndWhatItIs() throws IOException {
    Set<String> urls = new HashSet<>();
    for (String name : listed()) {
      MetadataResource definition;
      try (InputStream in = archive.load("package", name)) {
        definition = (MetadataResource) R4.newJsonParser().parseResource(in);
      }
      assertThat(definition.hasStatus()).as(name).isTrue();
      assertThat(definition.getDateElement().isEmpty()).as(name).isFalse();
      assertThat(definition.getPublisher()).as(name).isNotBlank();
      assertThat(definition.getDescription()).as(name).isNotBlank();
      if (!definition.fhirType().equals("NamingSystem")) {
        assertThat(definition.getUrl()).as(name).isNotBlank();
        assertThat(urls.add(definition.getUrl())).as(definition.getUrl()).isTrue();
        assertThat(definition.getVersion()).as(name).isEqualTo(archive.version());
      }
      assertThat(name)
          .isEqualTo(definition.fhirType() + "-" + definition.getIdElement().getIdPart() + ".json");
    }
  }

  @Test
  void hasAGuideThatNamesWhatIsInIt() throws IOException {
    try (InputStream in =
        archive.loadByCanonical(Canonical.BASE + "/ImplementationGuide/org.hutong.fhir")) {
      ImplementationGuide guide = R4.newJsonParser().parseResource(ImplementationGuide.class, in);
      assertThat(guide.getPackageId()).isEqualTo(archive.name());
      assertThat(guide.getDefinition().getResource()).hasSize(listed().size() - 1);
    }
  }

  private static List<String> listed() throws IOException {
    return archive.listResourcesInFolder("package", types());
  }

  private static Set<String> types() {
    return R4.getResourceTypes();
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .map(file -> Objects.requireNonNull(file.getFileName()).toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
