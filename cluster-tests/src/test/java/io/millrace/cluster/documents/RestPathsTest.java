package io.millrace.cluster.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Paths of the REST API that pages name are those of docs/openapi.yaml, which a test of the control plane keeps equal to the code. */
class RestPathsTest {

    private static final Pattern PATH = Pattern.compile("/api/v1/[A-Za-z0-9_{}./\\[\\]-]*[A-Za-z0-9_}]");
    private static final Pattern DOCUMENTED = Pattern.compile("(?m)^  (/[^\\s:]+):");
    /** SRS's own API, which is not ours to describe. */
    private static final Pattern OF_SRS = Pattern.compile("/api/v1/(versions|summaries|vhosts|streams|clients)(/id)?");

    @Test
    void pagesNameOnlyPathsThatExist() throws IOException {
        List<Pattern> documented = DOCUMENTED
                .matcher(Files.readString(Repository.ROOT.resolve("docs/openapi.yaml")))
                .results()
                .map(path -> Pattern.compile(path.group(1).replaceAll("\\{\\w+}", ".+")))
                .toList();
        Set<String> unknown = new TreeSet<>();
        Repository.pages()
                .forEach(page -> page.find(PATH)
                        .map(MatchResult::group)
                        .filter(path -> !OF_SRS.matcher(path).matches() && !path.startsWith("/api/v1/hooks/srs/"))
                        .filter(path -> documented.stream()
                                .noneMatch(known -> known.matcher(path).matches()))
                        .forEach(path -> unknown.add(page.name() + ": " + path)));
        assertThat(unknown).isEmpty();
        assertThat(documented).hasSizeGreaterThan(20);
    }
}
