// An OpenID Connect provider for tests, with a key of its own for each start. Settings come as JSON in the environment variable PROVIDER.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import Provider from 'oidc-provider';

const set = JSON.parse(process.env.PROVIDER);
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };

/** The name that is typed at the log-in is the account; what stands before its dash is the role. */
const roles = (account) => [account.split('-')[0]];

const provider = new Provider(set.issuer, {
  clients: [
    {
      client_id: 'console',
      client_secret: set.secret,
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: set.planes.map((plane) => `${plane}/api/v1/login/oidc`),
      post_logout_redirect_uris: set.planes.map((plane) => `${plane}/`),
    },
    {
      client_id: 'operator-script',
      client_secret: set.secret,
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    },
  ],
  jwks: { keys: [key] },
  cookies: { keys: [randomUUID()] },
  pkce: { required: () => true },
  claims: { openid: ['sub'], profile: ['preferred_username', 'roles'] },
  // Claims of a scope stand in the ID token, as with most products.
  conformIdTokenClaims: false,
  findAccount: (context, account) => ({
    accountId: account,
    claims: () => ({ sub: account, preferred_username: account, roles: roles(account) }),
  }),
  extraTokenClaims: (context, token) => ({ preferred_username: token.clientId, roles: roles(token.clientId) }),
  features: {
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => set.audience,
      getResourceServerInfo: () => ({
        scope: 'api',
        audience: set.audience,
        accessTokenFormat: 'jwt',
        accessTokenTTL: set.seconds,
        jwt: { sign: { alg: 'RS256' } },
      }),
      useGrantedResource: () => false,
    },
  },
  ttl: { AccessToken: set.seconds, IdToken: set.seconds, Session: 3600, Grant: 3600, Interaction: 600 },
});

const { hostname, port } = new URL(set.issuer);
provider.listen(Number(port), hostname === 'localhost' ? '127.0.0.1' : hostname);
