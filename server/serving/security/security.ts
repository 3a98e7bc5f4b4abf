import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import { Problem } from '../../../core/problems/problem.ts';
import { decodeUtf8, readWhole } from '../../../host/files/host.ts';
import { type KeyRing, parseKeyRing } from './apiKeys.ts';
import type { Caller, Scope } from './caller.ts';
import { RateLimits } from './rateLimit.ts';
import { makeTokenCheck, type TokenCheck } from './tokens.ts';

export interface SecurityOptions {
  /** A file of API keys; see `apiKeys.ts`. */
  readonly apiKeys?: string;
  /** A file with the public keys of whoever issues tokens. */
  readonly jwks?: string;
  readonly jwtIssuer?: string;
  readonly jwtAudience?: string;
  /** Origins of pages that may ask; none unless given. */
  readonly corsOrigins?: readonly string[];
  /** Milliseconds of the clock that never jumps. */
  readonly now?: () => number;
}

export interface Security {
  /** True where callers must say who they are. */
  readonly closed: boolean;
  /** Who asks with these headers, if it may. Rejects with `unauthorised`, `forbidden` or `rate-limited`. */
  authorise(
    headers: Readonly<Record<string, string | readonly string[] | undefined>>,
    scope: Scope,
  ): Promise<Caller | null>;
  /** True for pages that may ask although they come from elsewhere. */
  allowsOrigin(origin: string): boolean;
  /** Guards every route that is not open to all. */
  add(app: FastifyInstance): Promise<void>;
}

const mostKeyBytes = 4 * 1024 * 1024;
/**
 * Asked by whoever keeps the server alive or watches it, with nothing in their answers that anybody sent. Routes whose
 * address is not ours to choose say it by `config: { open: true }`.
 */
const open = new Set([
  '/livez',
  '/readyz',
  '/healthz',
  '/ping',
  '/metrics',
  '/v2/health/live',
  '/v2/health/ready',
  '/live',
  '/ready',
]);
const adminRoutes = /^\/v1\/(versions|journal)(\/|$)/;

/** Reads the files that say who may ask. Without any, everybody may ask and nobody may manage. Throws `usage`. */
export async function openSecurity(options: SecurityOptions): Promise<Security> {
  const { now = () => performance.now() } = options;
  const ring: KeyRing | null =
    options.apiKeys === undefined ? null : parseKeyRing(await textOf(options.apiKeys), options.apiKeys);
  const check: TokenCheck | null =
    options.jwks === undefined
      ? null
      : makeTokenCheck(await textOf(options.jwks), options.jwks, {
          issuer: options.jwtIssuer,
          audience: options.jwtAudience,
        });
  const closed = ring !== null || check !== null;
  const limits = new RateLimits();

  const authorise: Security['authorise'] = async (headers, scope) => {
    if (!closed) {
      if (scope === 'admin') throw forbidden('Versions are managed with a key that has the scope "admin".');
      return null;
    }
    const given = credentialOf(headers);
    if (given === null) throw unauthorised('The request carries no key.');
    // A token has two dots, and a key of ours none.
    const caller = (await (given.split('.').length === 3 ? check?.(given) : null)) ?? ring?.(given) ?? null;
    if (caller === null) throw unauthorised('The key or token is not known, or has expired.');
    if (!caller.scopes.has(scope)) throw forbidden(`"${caller.name}" may not do this: its scopes lack "${scope}".`);
    if (caller.perMinute !== null) {
      const wait = limits.enter(caller.name, caller.perMinute, now());
      if (wait !== null) throw tooMany(caller.name, caller.perMinute, wait);
    }
    return caller;
  };

  return {
    closed,
    authorise,
    allowsOrigin: (origin) => options.corsOrigins?.includes(origin) ?? false,
    add: async (app) => {
      if ((options.corsOrigins ?? []).length > 0)
        await app.register(cors, {
          origin: [...(options.corsOrigins ?? [])],
          methods: ['GET', 'POST'],
          maxAge: 600,
        });
      app.addHook('onRequest', async (request) => {
        const route = request.routeOptions.url ?? request.url.split('?')[0];
        if (open.has(route) || request.routeOptions.config.open || request.method === 'OPTIONS') return;
        await authorise(request.headers, adminRoutes.test(route) ? 'admin' : 'predict');
      });
    },
  };
}

function credentialOf(headers: Parameters<Security['authorise']>[0]): string | null {
  const { authorization, 'x-api-key': key } = headers;
  if (typeof key === 'string' && key !== '') return key;
  const bearer = typeof authorization === 'string' ? /^Bearer +(\S+)$/i.exec(authorization) : null;
  return bearer?.[1] ?? null;
}

async function textOf(file: string): Promise<string> {
  return decodeUtf8(await readWhole(file, { name: file, maxBytes: mostKeyBytes }), file);
}

function unauthorised(message: string): Problem {
  return new Problem('unauthorised', {
    message,
    fix: 'Send "Authorization: Bearer <key or token>", or "x-api-key: <key>".',
  });
}

function forbidden(message: string): Problem {
  return new Problem('forbidden', { message, fix: 'Use a key that may, or ask whoever runs the server.' });
}

function tooMany(name: string, perMinute: number, retryAfterSeconds: number): Problem {
  return new Problem('rate-limited', {
    message: `"${name}" may send ${perMinute} requests a minute.`,
    fix: 'Send fewer, or ask whoever runs the server for a higher limit.',
    retryAfterSeconds,
  });
}

/** A certificate and its key, read from files. Throws `usage` when only one is given. */
export async function readTls(
  cert: string | undefined,
  key: string | undefined,
): Promise<{ readonly cert: string; readonly key: string } | undefined> {
  if (cert === undefined && key === undefined) return undefined;
  if (cert !== undefined && key !== undefined) return { cert: await textOf(cert), key: await textOf(key) };
  throw new Problem('usage', {
    message: `TLS needs a certificate and its key; only the ${cert === undefined ? 'key' : 'certificate'} was given.`,
    fix: 'Give both, as PEM files.',
  });
}
