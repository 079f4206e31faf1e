package io.millrace.control.security.user;

import io.millrace.control.store.StoreUnavailableException;
import org.jboss.logging.Logger;

/** Makes a user where there is none, so that somebody can log in. */
public final class FirstUser {

    private static final Logger LOG = Logger.getLogger(FirstUser.class);
    private static final String NAME = "admin";

    private FirstUser() {}

    /** The password is shown this once, in the log. */
    public static void make(Users users, String role) {
        String password = users.randomPassword();
        try {
            if (users.makeFirst(NAME, role, password)) {
                LOG.warnf(
                        "there was no user, one was made name=%s password=%s (shown this once; change it after the log-in)",
                        NAME, password);
            }
        } catch (StoreUnavailableException away) {
            LOG.warnf("no user could be made, scripts/user.sh makes one later why=\"%s\"", away.getMessage());
        }
    }
}
