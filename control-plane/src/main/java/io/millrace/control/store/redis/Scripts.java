package io.millrace.control.store.redis;

/**
 * All that is done to a store, each as one atomic script.
 *
 * @param expire ends what is due; each control plane runs it a few times a second, which also shows that one is there
 * @param join says which history the store has; run before anything else over a new connection
 * @param page reads a part of the store
 * @param restore puts back what the store lost
 */
record Scripts(
        Script write,
        Script remove,
        Script ask,
        Script touch,
        Script expire,
        Script join,
        Script page,
        Script restore) {

    /**
     * After a second without any control plane, nothing expires for three: time for all to come back and touch what lives. Each runs a
     * script four times a second.
     */
    static final String PRELUDE = """
            local SILENCE, GRACE = 1000, 3000
            local function clock(raw) return raw end
            """;

    /** @param prelude Lua that defines the function {@code clock}, which turns the server's time in ms into the store's, SILENCE and GRACE */
    static Scripts load(String prelude) {
        return new Scripts(
                Script.load(prelude, "write"),
                Script.load(prelude, "remove"),
                Script.load(prelude, "ask"),
                Script.load(prelude, "touch"),
                Script.load(prelude, "expire"),
                Script.load(prelude, "join"),
                Script.load(prelude, "page"),
                Script.load(prelude, "restore"));
    }
}
