package org.hutong.fhir;

/** An interceptor of the FHIR engine; its {@code @Interceptor} order is one of {@code Stage}. */
public interface EngineStage {}
