/**
 * How people and machines show who they are at the management API: by the mode that MILLRACE_LOGIN names, and by API tokens in all of them.
 * Quarkus asks the mechanism for the requests of resources that name a role, and for no others. On event loops; nothing here blocks.
 */
@NullMarked
package io.millrace.control.security.login;

import org.jspecify.annotations.NullMarked;
