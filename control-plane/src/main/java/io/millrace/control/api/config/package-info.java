/**
 * What operators configure: the document, its history, rules and vhosts. Runs on Quarkus's worker threads; nothing depends on this
 * package.
 */
@NullMarked
package io.millrace.control.api.config;

import org.jspecify.annotations.NullMarked;
