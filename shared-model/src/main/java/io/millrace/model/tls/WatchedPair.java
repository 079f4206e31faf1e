package io.millrace.model.tls;

import java.util.function.Consumer;

/** One certificate with its key, and the files it came from. Used by one thread at a time. */
public final class WatchedPair {

    private final CertificateFiles files;
    private final Check check;
    private final Consumer<String> log;
    private Identity identity;
    private String inUse;
    /** What the last check found wrong; the same problem is logged once. */
    private String complaint = "";

    private boolean complained;

    /** Whether the TLS library takes what the JDK could read. */
    public interface Check {
        void check(Identity identity) throws BadCertificateException;
    }

    /** @param log takes a line when what is in the files now cannot be used */
    public WatchedPair(CertificateFiles files, Check check, Consumer<String> log) throws BadCertificateException {
        this.files = files;
        this.check = check;
        this.log = log;
        PemPair pair = PemPair.read(files);
        identity = pair.parse();
        inUse = pair.digest();
    }

    public CertificateFiles files() {
        return files;
    }

    public Identity identity() {
        return identity;
    }

    /** @return whether there is a new identity now */
    public boolean poll() {
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
            log.accept("certificate not reloaded, the one before stays in use file="
                    + (problem.isOfKey() ? files.key() : files.certificate())
                    + " names=" + String.join(",", identity.names())
                    + " expires=" + identity.expires()
                    + " problem=\"" + problem.line() + "\"");
        }
    }
}
