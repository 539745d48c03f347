package org.hutong.server;

import jakarta.validation.constraints.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the endpoint; the port and address are Spring Boot's {@code server.*}.
 *
 * @param institution code of the institution that owns what a request without the header {@code
 *     X-Hutong-Institution} creates
 */
@Validated
@ConfigurationProperties("hutong.server")
record ServerSettings(
    @Pattern(regexp = "[0-9A-Z][0-9A-Z-]{1,31}", message = "is not an institution code")
        @DefaultValue("SANDBOX")
        String institution) {}
