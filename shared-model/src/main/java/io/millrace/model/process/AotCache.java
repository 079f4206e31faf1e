package io.millrace.model.process;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * Whether this process started from an AOT cache. The JVM leaves out a cache that another JVM made, and the process starts slower; a line
 * says which of the two happened.
 */
public final class AotCache {

    private static final String OPTION = "-XX:AOTCache=";

    private AotCache() {}

    public static void logUse(Logger log) {
        log.log(
                Level.INFO,
                "started {0}",
                describe(
                        ManagementFactory.getRuntimeMXBean().getInputArguments(),
                        System.getProperty("java.vm.info", "")));
    }

    /**
     * @param arguments of the JVM
     * @param vmInfo its {@code java.vm.info}, which names sharing when classes came from an archive; a named cache that does not fit is not
     *     replaced by the JVM's own archive
     */
    static String describe(List<String> arguments, String vmInfo) {
        String file = arguments.stream()
                .filter(argument -> argument.startsWith(OPTION))
                .map(argument -> argument.substring(OPTION.length()))
                .reduce("", (earlier, later) -> later);
        if (file.isEmpty()) {
            return "aotCache=none";
        }
        return vmInfo.contains("sharing")
                ? "aotCache=used file=" + file
                : "aotCache=refused file=" + file + " reason=\"no such file, or made by another JVM\"";
    }
}
