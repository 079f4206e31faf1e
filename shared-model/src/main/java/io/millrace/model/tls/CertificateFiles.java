package io.millrace.model.tls;

import java.nio.file.Path;

/** Two PEM files: a certificate with those that lead to its root, and its private key. Both may be in one file. */
public record CertificateFiles(Path certificate, Path key) {}
