package io.millrace.cluster.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.documents.Repository.Page;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every link between pages leads to a file and, where it names one, to a heading. */
class LinksTest {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

    @Test
    void linksLeadToFilesAndHeadings() {
        List<String> broken = new ArrayList<>();
        int followed = 0;
        for (Page page : Repository.pages()) {
            for (MatchResult link : page.find(LINK).toList()) {
                String target = link.group(1);
                if (!target.contains("://")) {
                    followed++;
                    if (!leadsSomewhere(page, target)) {
                        broken.add(page.name() + ": " + target);
                    }
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(followed).isGreaterThan(100);
    }

    private static boolean leadsSomewhere(Page from, String target) {
        String[] parts = target.split("#", 2);
        Path file = parts[0].isEmpty()
                ? from.path()
                : from.path().resolveSibling(parts[0]).normalize();
        if (!Files.exists(file)) {
            return false;
        }
        return parts.length == 1
                || Repository.page(Repository.ROOT.relativize(file).toString())
                        .anchors()
                        .contains(parts[1]);
    }
}
