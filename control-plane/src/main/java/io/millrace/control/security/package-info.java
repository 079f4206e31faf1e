/**
 * Who may do what. So far: only workers that hold the cluster token may call {@code /internal/v1}. The token is read once at
 * the start; checks run on whichever thread carries the request and never block. Resources name the guard by its annotation.
 */
@NullMarked
package io.millrace.control.security;

import org.jspecify.annotations.NullMarked;
