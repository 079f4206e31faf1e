package io.millrace.worker.net.tls;

import org.jboss.logging.Logger;

/** One certificate with its key, and the files it came from. Used by one thread at a time. */
final class WatchedPair {

    private static final Logger LOG = Logger.getLogger(WatchedPair.class);

    private final CertificateFiles files;
    private final Check check;
    private Identity identity;
    private String inUse;
    /** What the last check found wrong; the same problem is logged once. */
    private String complaint = "";

    private boolean complained;

    /** Whether the TLS library takes what the JDK could read. */
    interface Check {
        void check(Identity identity) throws BadCertificateException;
    }

    WatchedPair(CertificateFiles files, Check check) throws BadCertificateException {
        this.files = files;
        this.check = check;
        PemPair pair = PemPair.read(files);
        identity = pair.parse();
        inUse = pair.digest();
    }

    CertificateFiles files() {
        return files;
    }

    Identity identity() {
        return identity;
    }

    /** @return whether there is a new identity now */
    boolean poll() {
        String seen = "";
        try {
            PemPair pair = PemPair.read(files);
            seen = pair.digest();
            if (seen.equals(inUse)) {
                complaint = "";
                complained = false;
                return false;
            }
            if (complained && complaint.startsWith(seen)) {
                return false;
            }
            Identity renewed = pair.parse();
            check.check(renewed);
            identity = renewed;
            inUse = seen;
            complaint = "";
            complained = false;
            return true;
        } catch (BadCertificateException e) {
            complain(seen, e);
            return false;
        }
    }

    /**
     * Two files are seldom replaced in one moment, and one half alone fits nothing. Only what is still wrong at the next check is
     * worth a line.
     */
    private void complain(String seen, BadCertificateException problem) {
        String found = seen + " " + problem.line();
        if (!found.equals(complaint)) {
            complaint = found;
            complained = false;
        } else if (!complained) {
            complained = true;
            LOG.warnf(
                    "certificate not reloaded, the one before stays in use file=%s names=%s expires=%s problem=\"%s\"",
                    problem.isOfKey() ? files.key() : files.certificate(),
                    String.join(",", identity.names()),
                    identity.expires(),
                    problem.line());
        }
    }
}
