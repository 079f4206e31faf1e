package io.millrace.control.settings;

/** Gives keys to those who share the cluster token, without the token itself. */
@FunctionalInterface
public interface ClusterSecret {

    /** 32 bytes that follow from the token and the label alone; different labels have keys that tell nothing of each other. */
    byte[] key(String label);
}
