/**
 * Who may register and call the hooks: by a token, by a credential, by the sender's network. Checked before a body is read, on the connection's event
 * loop, and never waits. Used by intake and by the resources of registration and hooks; api makes and revokes the credentials.
 */
@NullMarked
package io.millrace.control.srs.sender;

import org.jspecify.annotations.NullMarked;
