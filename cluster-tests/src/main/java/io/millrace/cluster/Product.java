package io.millrace.cluster;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the packaged product lies, and how a user starts it. */
final class Product {

    private Product() {}

    /** The repository: set by the build, else the working directory or the one above it. */
    static Path root() {
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
    static List<String> command(String module, String options, List<String> extraJvmOptions) {
        Path jar = root().resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
        if (!Files.isRegularFile(jar)) {
            throw new IllegalStateException(jar + " is missing: package " + module + " first (make build)");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + root().resolve("scripts/jvm-options").resolve(options));
        command.addAll(everywhere());
        command.addAll(extraJvmOptions);
        command.add("-jar");
        command.add(jar.toString());
        return command;
    }

    /** Options for all planes of a run; none where somebody measures. */
    private static List<String> everywhere() {
        return Stream.of(System.getProperty("millrace.jvm", "").split(" ", -1))
                .filter(option -> !option.isEmpty())
                .toList();
    }

    static URI loopback(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
