package org.cyphervit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VersionTest {
    @Test
    void isTheOneOfTheBuild() {
        assertThat(Version.NUMBER).isEqualTo(System.getProperty("project.version", "development"));
        assertThat(Version.PROGRAM).endsWith(Version.NUMBER);
    }
}
