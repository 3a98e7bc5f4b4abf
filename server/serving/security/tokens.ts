import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { Problem } from '../../../core/problems/problem.ts';
import { type Caller, type Scope, scopes } from './caller.ts';

export interface TokenSettings {
  readonly issuer?: string;
  readonly audience?: string;
}

/** Finds the caller of a JSON Web Token; null for one that does not hold. */
export type TokenCheck = (token: string) => Promise<Caller | null>;

/** Signatures that are taken: none that shares its secret with whoever made the token. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** Clocks of two machines. */
const skewSeconds = 30;

/** Checks tokens against the keys of a JWKS file (RFC 7517). Throws `usage` for a file that holds none. */
export function makeTokenCheck(text: string, file: string, settings: TokenSettings): TokenCheck {
  const keys = createLocalJWKSet(keySet(text, file));
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms,
        clockTolerance: skewSeconds,
        requiredClaims: ['exp'],
        ...(settings.issuer === undefined ? {} : { issuer: settings.issuer }),
        ...(settings.audience === undefined ? {} : { audience: settings.audience }),
      });
      // OAuth 2.0 writes scopes as words in one text (RFC 8693, 4.2); without any a token may ask.
      const said = typeof payload['scope'] === 'string' ? payload['scope'].split(' ') : ['predict'];
      return {
        name: (payload.sub ?? 'token').slice(0, 64),
        scopes: new Set(said.filter((scope): scope is Scope => (scopes as readonly string[]).includes(scope))),
        perMinute: null,
      };
    } catch {
      return null;
    }
  };
}

function keySet(text: string, file: string): JSONWebKeySet {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = null;
  }
  const keys = typeof json === 'object' && json !== null && 'keys' in json && Array.isArray(json.keys) ? json.keys : [];
  const shared = keys.some((one: { readonly kty?: unknown }) => one?.kty === 'oct');
  if (keys.length > 0 && !shared) return { keys };
  throw new Problem('usage', {
    message: `"${file}" ${shared ? 'holds a shared secret' : 'is no set of public keys (JWKS)'}.`,
    fix: 'Give the public keys of whoever issues the tokens, as its jwks_uri serves them.',
    where: { file },
  });
}
