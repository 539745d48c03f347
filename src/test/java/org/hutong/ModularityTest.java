package org.hutong;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModularityTest {

  @Test
  void everyModuleUsesOnlyWhatItsPackageSaysThatItMayUse() {
    ApplicationModules.of(HutongApplication.class).verify();
  }
}
