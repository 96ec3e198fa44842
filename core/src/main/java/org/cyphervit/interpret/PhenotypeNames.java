package org.cyphervit.interpret;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.cyphervit.UserError;
import org.cyphervit.backbone.BackboneConfig;
import org.cyphervit.backbone.TokenMaps;
import org.cyphervit.checkpoint.EncoderFile;

/**
 * What an encoder's final tokens are called. A person who looked at what a token holds gives it a name; the names lie in
 * the encoder's file and travel with it into every picture and export. Until then they are "token 1", "token 2", ... (a
 * ViT's maps belong to its heads: "head 1", ...).
 *
 * @param names in the order of the tokens, each different
 */
public record PhenotypeNames(List<String> names) {
    /** The note of an encoder's file that holds the names, one a line. */
    public static final String NOTE = "phenotypes";

    private static final int LONGEST = 60;

    /**
     * Checks the names.
     *
     * @throws UserError if a name is empty, longer than 60 characters, of several lines, or there twice
     */
    public PhenotypeNames {
        names = List.copyOf(names);
        for (String name : names) {
            if (name.isBlank() || name.length() > LONGEST || name.lines().count() != 1) {
                throw new UserError(
                        "A phenotype's name is one line of 1 to " + LONGEST + " characters; got '" + name + "'.");
            }
        }
        if (new HashSet<>(names).size() < names.size()) {
            throw new UserError("Two tokens cannot have the same name; got " + names + ". Tell them apart, for example"
                    + " as 'stroma, loose' and 'stroma, dense'.");
        }
    }

    /**
     * The names of an encoder's final tokens, or of a ViT's heads.
     *
     * @param notes of the encoder's file
     */
    public static PhenotypeNames of(BackboneConfig config, Map<String, String> notes) {
        TokenMaps maps = config.maps();
        int tokens = maps.count();
        String noted = notes.get(NOTE);
        PhenotypeNames names = new PhenotypeNames(
                noted != null
                        ? noted.lines().toList()
                        : IntStream.rangeClosed(1, tokens)
                                .mapToObj(k -> maps.noun() + " " + k)
                                .toList());
        return names.requireCount(tokens);
    }

    /**
     * The same with another name.
     *
     * @param token from 1
     * @throws UserError if there is no such token
     */
    public PhenotypeNames with(int token, String name) {
        if (token < 1 || token > names.size()) {
            throw new UserError("There is no token " + token + "; this encoder has tokens 1 to " + names.size() + ".");
        }
        List<String> changed = new ArrayList<>(names);
        changed.set(token - 1, name.strip());
        return new PhenotypeNames(changed);
    }

    /**
     * Writes the names into the encoder's file.
     *
     * @param place a run's folder or an encoder's file
     * @return the file
     */
    public Path save(Path place) throws IOException {
        return EncoderFile.annotate(place, Map.of(NOTE, String.join("\n", names)));
    }

    private PhenotypeNames requireCount(int tokens) {
        if (names.size() != tokens) {
            throw new UserError(
                    "This encoder has " + tokens + " phenotype tokens; got " + names.size() + " names: " + names + ".");
        }
        return this;
    }
}
