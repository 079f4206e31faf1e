package io.millrace.control.security.login.oidc;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Made when the mode of the log-in asks for it, and not before. */
@ApplicationScoped
class OidcBeans {

    @Produces
    @Singleton
    OidcSettings settings(OidcSettings.Text text) {
        return OidcSettings.of(text);
    }
}
