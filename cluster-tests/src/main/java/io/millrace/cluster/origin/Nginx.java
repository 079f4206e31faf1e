package io.millrace.cluster.origin;

import io.millrace.cluster.process.ManagedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What all our nginx processes have in common: everything they read and write lies in one folder. */
public final class Nginx {

    private static final Path MODULES = Path.of("/usr/lib/nginx/modules");
    private static final List<String> PROGRAMS = List.of("/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx");

    private Nginx() {}

    /** The head of a configuration that loads one module. */
    public static String preamble(Path folder, String moduleFile, int workers) {
        Path module = MODULES.resolve(moduleFile);
        if (!Files.exists(module)) {
            throw new IllegalStateException(module + " is missing: scripts/packages.sh test installs what tests need");
        }
        // As root, nginx would give its workers to another user, who may not write into our folder.
        boolean root = System.getProperty("user.name").equals("root");
        return "load_module " + module + ";\n"
                + (root ? "user root;\n" : "")
                + "daemon off;\nmaster_process on;\nworker_processes " + workers + ";\n"
                + "pid " + folder.resolve("nginx.pid") + ";\nerror_log stderr warn;\n"
                + "events { worker_connections 4096; }\n";
    }

    public static void configure(Path folder, String text) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("nginx.conf"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static ManagedProcess launch(String name, Path folder) {
        String program = PROGRAMS.stream()
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElse("nginx");
        return ManagedProcess.start(
                name,
                folder,
                Map.of(),
                List.of(
                        program,
                        "-p",
                        folder.toString(),
                        "-c",
                        folder.resolve("nginx.conf").toString(),
                        // Before the configuration is read, nginx would complain about its system-wide log.
                        "-e",
                        "stderr"));
    }
}
