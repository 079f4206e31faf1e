/**
 * Log-in at an OpenID Connect provider: the authorization code flow for people, JWTs of the provider for machines. Quarkus' extension does the
 * protocol and checks tokens; what is here says how it is set, who somebody is by a token that was found right, and bounds what waits for the
 * provider. Nothing is done and nothing connected to unless MILLRACE_LOGIN is oidc. On event loops; nothing here blocks.
 */
@NullMarked
package io.millrace.control.security.login.oidc;

import org.jspecify.annotations.NullMarked;
