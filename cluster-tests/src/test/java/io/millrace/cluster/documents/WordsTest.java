package io.millrace.cluster.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Pages name the component that acts, in the terms of the glossary. */
class WordsTest {

    private static final Pattern CODE = Pattern.compile("`[^`]*`");
    private static final Pattern PICTURES = Pattern.compile(
            "\\b(somebody|nobody|anybody|everybody|whoever|good-bye|speaks?|hears?|heard|dies|himself|stranger)\\b");

    @Test
    void pagesUsePlainTerms() {
        Set<String> found = new TreeSet<>();
        for (Repository.Page page : Repository.pages()) {
            // Entries of the changelog stay as they were written.
            if (!page.name().equals("CHANGELOG.md")) {
                String prose =
                        CODE.matcher(page.text().toLowerCase(Locale.ROOT)).replaceAll("");
                PICTURES.matcher(prose).results().forEach(word -> found.add(page.name() + ": " + word.group()));
            }
        }
        assertThat(found).isEmpty();
    }
}
