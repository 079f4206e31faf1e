/**
 * Users of this cluster and their log-ins, where MILLRACE_LOGIN is local. Passwords are kept as PBKDF2 hashes, log-ins under the hash of a random
 * id, both in stores that all control planes share. Any thread but event loops, for a hash takes a tenth of a second; a log-in is found
 * without waiting.
 */
@NullMarked
package io.millrace.control.security.user;

import org.jspecify.annotations.NullMarked;
