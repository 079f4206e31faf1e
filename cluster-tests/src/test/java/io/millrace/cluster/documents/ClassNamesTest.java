package io.millrace.cluster.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Classes that the pages for developers name exist, in the package that they are given. */
class ClassNamesTest {

    private static final Pattern NAMED = Pattern.compile("`((?:[a-z]+\\.)*[A-Z][a-z]\\w+)`");

    @Test
    void pagesNameOnlyClassesThatExist() {
        List<String> classes = Repository.classes();
        Set<String> unknown = new TreeSet<>();
        int named = 0;
        for (Repository.Page page : Repository.pages()) {
            if (page.name().startsWith("docs/develop/")) {
                for (MatchResult found : page.find(NAMED).toList()) {
                    named++;
                    String end = "/" + found.group(1).replace('.', '/') + ".java";
                    if (classes.stream().noneMatch(path -> path.endsWith(end))) {
                        unknown.add(page.name() + ": " + found.group(1));
                    }
                }
            }
        }
        assertThat(unknown).isEmpty();
        assertThat(named).isGreaterThan(20);
    }
}
