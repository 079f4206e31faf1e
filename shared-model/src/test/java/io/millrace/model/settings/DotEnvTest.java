package io.millrace.model.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DotEnvTest {

    @TempDir
    Path folder;

    // A quote of the table itself is ^, which no line here has.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
                    A=b                         | A | b
                    ^  A  =  b  ^               | A | b
                    export A=b                  | A | b
                    ^export   A =b^             | A | b
                    A=x?y=z                     | A | x?y=z
                    A=b # comment               | A | b
                    A=b#c                       | A | b#c
                    A='b # c'                   | A | b # c
                    A='b' # comment             | A | b
                    A='no\\nescape'             | A | no\\nescape
                    A="b # c"                   | A | b # c
                    A="b" # say "c"             | A | b
                    A="say \\"hi\\" \\\\ \\t"   | A | say "hi" \\ \\t
                    A="unclosed                 | A | "unclosed
                    A='it's'                    | A | 'it's'
                    A=                          | A | ^^
                    A= # nothing                | A | ^^
                    A=""                        | A | ^^
                    A='                         | A | '
                    """)
    void readsTheLinesThatSrsReads(String line, String name, String value) {
        assertThat(DotEnv.parse(line)).containsExactly(Map.entry(name, value));
    }

    @Test
    void readsLineBreaksInDoubleQuotesAlone() {
        assertThat(DotEnv.parse("A=\"b\\r\\nc\"\r\nB='b\\nc'\n"))
                .containsExactly(Map.entry("A", "b\r\nc"), Map.entry("B", "b\\nc"));
    }

    @Test
    void passesOverCommentsAndWhatIsNoVariable() {
        assertThat(DotEnv.parse("# A=b\n\n  # C=d\nNOEQUALS\n=x\nexport\nexport =y\nE=f\n"))
                .containsExactly(Map.entry("E", "f"));
    }

    @Test
    void neverOverridesAVariableThatIsSetNotEvenToNothing() throws IOException {
        Path file = Files.writeString(
                folder.resolve(".env"), "PROXY_A=file\nPROXY_B=file\nPROXY_C=file\nPROXY_D=\nOTHER=file\n");

        assertThat(DotEnv.environment(Map.of("PROXY_A", "shell", "PROXY_B", "", "HOME", ""), file))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("PROXY_A", "shell", "PROXY_C", "file", "OTHER", "file", "HOME", ""));
    }

    @Test
    void isContentWithoutAFile() throws IOException {
        assertThat(DotEnv.environment(Map.of("MILLRACE_A", " ", "MILLRACE_B", "b"), folder.resolve(".env")))
                .containsExactly(Map.entry("MILLRACE_B", "b"));
    }

    @Test
    void refusesWhatIsThereButCannotBeRead() throws IOException {
        Path file = folder.resolve(".env");
        Files.write(file, new byte[] {'A', '=', (byte) 0xff, '\n'});
        assertThatThrownBy(() -> DotEnv.environment(Map.of(), file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + " cannot be read (")
                .hasMessageNotContaining("\n");
        Files.delete(file);
        Files.createDirectory(file);
        assertThatThrownBy(() -> DotEnv.environment(Map.of(), file)).hasMessageStartingWith(file + " cannot be read (");
    }
}
