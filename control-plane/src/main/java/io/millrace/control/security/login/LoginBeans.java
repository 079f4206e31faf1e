package io.millrace.control.security.login;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.control.security.RefusedCallers;
import io.millrace.control.security.Roles;
import io.millrace.control.security.login.oidc.OidcSettings;
import io.millrace.control.security.user.FirstUser;
import io.millrace.control.security.user.Login;
import io.millrace.control.security.user.Logins;
import io.millrace.control.security.user.PasswordCheck;
import io.millrace.control.security.user.User;
import io.millrace.control.security.user.Users;
import io.millrace.control.start.CannotStartException;
import io.millrace.control.start.StartOrder;
import io.millrace.control.store.KeyedStores;
import io.millrace.control.time.SteadyClock;
import io.millrace.model.settings.SecretFile;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the mode of the log-in needs. */
@ApplicationScoped
class LoginBeans {

    @Produces
    @Singleton
    LoginSettings settings(
            @ConfigProperty(name = LoginMode.PROPERTY, defaultValue = "open") String mode,
            @ConfigProperty(name = LoginSettings.PLAIN_HTTP, defaultValue = "off") String plainHttp) {
        return LoginSettings.of(mode, plainHttp);
    }

    /** Making the settings checks them. */
    void checkSettings(
            @Observes @Priority(StartOrder.SETTINGS) StartupEvent event,
            LoginSettings settings,
            Instance<OidcSettings> provider) {
        if (settings.mode() == LoginMode.OIDC) {
            var _ = provider.get();
        }
    }

    @Produces
    @Singleton
    @Startup(StartOrder.FILES)
    Users users(KeyedStores stores, SteadyClock clock) {
        return new Users(stores.durable("users", String.class, User.class), clock, new SecureRandom());
    }

    @Produces
    @Singleton
    Logins logins(KeyedStores stores, Users users, SteadyClock clock) {
        return new Logins(stores.shared("logins", String.class, Login.class), users, clock, new SecureRandom());
    }

    @Produces
    @Singleton
    PasswordCheck passwords(Users users, Logins logins, MeterRegistry metrics, RefusedCallers refused) {
        return new PasswordCheck(users, logins, System::nanoTime, metrics, refused);
    }

    /** Whoever may read the files of a control plane manages it from that machine, also when no password is known any more. */
    @Produces
    @Singleton
    @Startup(StartOrder.FILES)
    AdminToken adminToken(@ConfigProperty(name = "millrace.data-dir", defaultValue = "millrace-data") String dataDir) {
        try {
            return new AdminToken(SecretFile.readOrCreate(Path.of(dataDir), SecretFile.ADMIN_TOKEN, new SecureRandom())
                    .token());
        } catch (IOException e) {
            throw new CannotStartException("the file " + SecretFile.ADMIN_TOKEN + " in the folder " + dataDir
                    + " can neither be read nor created: " + e);
        }
    }

    void makeFirstUser(@Observes @Priority(StartOrder.JOBS) StartupEvent event, LoginSettings settings, Users users) {
        if (settings.mode() == LoginMode.LOCAL) {
            FirstUser.make(users, Roles.ADMIN);
        }
    }
}
