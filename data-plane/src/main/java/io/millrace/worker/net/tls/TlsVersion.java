package io.millrace.worker.net.tls;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The oldest version of TLS that clients may use. */
public enum TlsVersion {
    TLS_1_2("1.2"),
    TLS_1_3("1.3");

    private final String word;

    TlsVersion(String word) {
        this.word = word;
    }

    static Optional<TlsVersion> of(String word) {
        return Arrays.stream(values())
                .filter(version -> version.word.equals(word))
                .findFirst();
    }

    /** As it is set. */
    public String word() {
        return word;
    }

    /** This one and those after it. */
    List<String> protocols() {
        return switch (this) {
            case TLS_1_2 -> List.of("TLSv1.3", "TLSv1.2");
            case TLS_1_3 -> List.of("TLSv1.3");
        };
    }
}
