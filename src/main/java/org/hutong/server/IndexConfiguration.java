package org.hutong.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.dao.JpaDaoResourceLinkResolver;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.jpa.searchparam.extractor.IResourceLinkResolver;
import ca.uhn.fhir.jpa.searchparam.extractor.ISearchParamExtractor;
import ca.uhn.fhir.jpa.searchparam.registry.ISearchParamProvider;
import ca.uhn.fhir.jpa.searchparam.registry.SearchParamRegistryImpl;
import ca.uhn.fhir.rest.api.server.IBundleProvider;
import ca.uhn.fhir.rest.server.SimpleBundleProvider;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.SearchParameter;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.profiles.Declared;
import org.hutong.profiles.FhirPackage;
import org.hutong.profiles.IndexedParameters;
import org.hutong.store.Completeness;
import org.hutong.store.ElementPaths;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;

/**
 * Gives HAPI the search parameters that we declare, from the class path. HAPI would otherwise index
 * all 1,400 of the specification, or read ours from the database one by one at every start.
 */
@Configuration
@Import(EngineConfiguration.Library.class)
class IndexConfiguration {

  @Bean
  IndexedParameters indexedParameters(FhirContext context, FhirPackage fhirPackage) {
    return IndexedParameters.of(context, Declared.fromClassPath(), fhirPackage);
  }

  @Bean
  ISearchParamExtractor searchParamExtractor(
      FhirContext context, PartitionSettings partitions, JpaStorageSettings settings) {
    return new ElementPaths(context, partitions, settings);
  }

  /**
   * Refuses a reference to a type that is not stored here. HAPI asks for its storage, of which it
   * takes for granted that there is one for every type.
   */
  @Bean
  @Primary
  IResourceLinkResolver daoResourceLinkResolver() {
    return new JpaDaoResourceLinkResolver() {
      @Override
      public void validateTypeOrThrowException(Class<? extends IBaseResource> type) {
        if (!Declared.fromClassPath().stores(type.getSimpleName())) {
          throw Problem.of(ProblemCode.REFERENCE_UNKNOWN, type.getSimpleName());
        }
      }
    };
  }

  @Bean
  ISearchParamProvider searchParamProvider(IndexedParameters parameters) {
    return new ISearchParamProvider() {
      @Override
      public IBundleProvider search(SearchParameterMap ignored) {
        return new SimpleBundleProvider(parameters.all());
      }

      @Override
      public IBaseResource read(IIdType id) {
        SearchParameter parameter = parameters.byId(id.getIdPart());
        if (parameter == null) {
          throw Problem.of(ProblemCode.NOT_FOUND);
        }
        return parameter;
      }
    };
  }

  @Bean
  SearchParamRegistryImpl searchParamRegistry(
      IndexedParameters parameters, Completeness completeness) {
    return new SearchParamRegistryImpl() {
      private final Map<RuntimeSearchParam, RuntimeSearchParam> searchable =
          new ConcurrentHashMap<>();

      /**
       * A chain over all targets of {@code subject} would fail at the first type that we lack, so a
       * search knows the declared ones only. The index knows all: HAPI passes over a reference to a
       * type that the parameter does not name, and an unknown one would be let in.
       *
       * <p>Whatever searches comes by here for each parameter it needs, chains, conditions and sort
       * keys included.
       */
      @Override
      public @Nullable RuntimeSearchParam getActiveSearchParam(
          String type, String code, SearchParamLookupContextEnum context) {
        if (context == SearchParamLookupContextEnum.SEARCH
            || context == SearchParamLookupContextEnum.SORT) {
          completeness.require(type, code);
        }
        RuntimeSearchParam found = super.getActiveSearchParam(type, code, context);
        SearchParameter declared = parameters.declared(type, code);
        return found == null
                || declared == null
                || !found.hasTargets()
                || context != SearchParamLookupContextEnum.SEARCH
            ? found
            : searchable.computeIfAbsent(found, all -> towards(all, declared));
      }

      /** The stored SearchParameters, of which there are none, are not asked. */
      @Override
      public void handleInit(Collection<IIdType> stored) {
        super.handleInit(
            parameters.all().stream()
                .<IIdType>map(p -> new IdType("SearchParameter", p.getIdPart()))
                .toList());
      }
    };
  }

  private static RuntimeSearchParam towards(RuntimeSearchParam all, SearchParameter declared) {
    return new RuntimeSearchParam(
        all.getId(),
        all.getUri(),
        all.getName(),
        all.getDescription(),
        all.getPath(),
        all.getParamType(),
        all.getProvidesMembershipInCompartments(),
        declared.getTarget().stream().map(CodeType::getValue).collect(Collectors.toSet()),
        all.getStatus(),
        all.getBase());
  }
}
