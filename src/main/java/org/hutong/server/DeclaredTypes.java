package org.hutong.server;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hutong.profiles.Declared;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;

/**
 * Takes out of the composition every resource type of which the CapabilityStatement stores none:
 * HAPI defines storage and REST beans for all 148, of which we serve about forty. What does not
 * exist cannot be reached, and the start is seconds shorter.
 */
class DeclaredTypes implements BeanDefinitionRegistryPostProcessor {
  /** Types that HAPI's own services look up though no client may: conformance resources. */
  private static final Set<String> NEEDED_BY_THE_ENGINE =
      Set.of("SearchParameter", "StructureDefinition", "ValueSet", "CodeSystem", "ConceptMap");

  private static final Pattern BEAN = Pattern.compile("my([A-Z][A-Za-z]+)(Dao|Rp)R4");

  @Override
  public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
    Declared declared = Declared.fromClassPath();
    for (String name : registry.getBeanDefinitionNames()) {
      Matcher matcher = BEAN.matcher(name);
      if (matcher.matches()
          && !matcher.group(1).equals("System")
          && !declared.stores(matcher.group(1))
          && !(NEEDED_BY_THE_ENGINE.contains(matcher.group(1)) && matcher.group(2).equals("Dao"))) {
        registry.removeBeanDefinition(name);
      }
    }
  }

  @Override
  public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
    // The servlet is built before Spring freezes its configuration; without this every look-up by
    // type scans more than a thousand bean names anew.
    beans.freezeConfiguration();
  }
}
