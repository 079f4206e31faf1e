package io.millrace.cluster.plane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the packaged product lies, and how a user starts it. */
public final class Product {

    private static final Map<Path, Boolean> CACHE_FITS = new ConcurrentHashMap<>();

    private Product() {}

    /** The repository: set by the build, else the working directory or the one above it. */
    public static Path root() {
        @Nullable String named = System.getProperty("millrace.root");
        if (named != null) {
            return Path.of(named).toAbsolutePath().normalize();
        }
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("cluster-tests"))
                ? here
                : here.resolve("..").normalize();
    }

    /** @param options the name of its file under scripts/jvm-options */
    public static List<String> command(String module, String options, List<String> extraJvmOptions) {
        Path jar = root().resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(jar + " is missing: package " + module + " first (make build)");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + root().resolve("scripts/jvm-options").resolve(options));
        if (CACHE_FITS.computeIfAbsent(jar, Product::cacheFits)) {
            command.add("-XX:AOTCache=" + jar.resolveSibling("app.aot"));
        }
        command.addAll(everywhere());
        command.addAll(extraJvmOptions);
        command.add("-jar");
        command.add(jar.toString());
        return command;
    }

    /** As the scripts decide it. */
    private static boolean cacheFits(Path jar) {
        ProcessBuilder check = new ProcessBuilder(
                "bash", "-c", ". \"$0/scripts/env.sh\" && aot_cache_fits \"$1\"", root().toString(), jar.toString());
        check.environment().put("JAVA_HOME", System.getProperty("java.home"));
        try {
            return check.start().waitFor() == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Options for all planes of a run; none where somebody measures. */
    private static List<String> everywhere() {
        return Stream.of(System.getProperty("millrace.jvm", "").split(" ", -1))
                .filter(option -> !option.isEmpty())
                .toList();
    }

    public static URI loopback(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
