import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Names under which this machine reaches itself; a tunnel's other end uses them too, with any port. */
const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** True when `Host` names this machine. A page of another name that resolves here (DNS rebinding) is refused by it. */
export function isOwnHost(host: string | undefined): boolean {
  if (host === undefined) return false;
  const parts = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(?::(\d{1,5}))?$/.exec(host);
  return parts !== null && loopback.has(parts[1].toLowerCase()) && Number(parts[2] ?? 80) <= 65535;
}

/** What a request that changes something must carry: the origin of our own page. */
export function isOwnOrigin(headers: IncomingHttpHeaders): boolean {
  const { host, origin } = headers;
  return host !== undefined && origin !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`;
}

/**
 * What a browser tells of who asks. Another page (also one of another port of this machine, which counts as the same
 * site and would send our cookie) may bring a person here, and nothing else.
 */
export function isOwnFetch(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return true;
  return headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}

export interface Gate {
  /** A new token, good for one browser. */
  issue(): string;
  /** Spends a token; false for one that is unknown or spent. */
  spend(token: string): boolean;
  /** Whether the request's cookie lets it in. */
  letsIn(headers: IncomingHttpHeaders): boolean;
  /** The `Set-Cookie` that lets a browser in. */
  readonly cookie: string;
}

/**
 * `name` tells studios apart whose cookies meet in one browser: cookies know no port. A `secret` that is kept lets the
 * same browsers in after a restart.
 */
export function makeGate(name: string, secret: string = randomBytes(32).toString('base64url')): Gate {
  const unspent = new Set<string>();
  return {
    issue: () => {
      const token = randomBytes(24).toString('base64url');
      unspent.add(digest(token).toString('hex'));
      return token;
    },
    spend: (token) => unspent.delete(digest(token).toString('hex')),
    letsIn: (headers) =>
      cookiesOf(headers.cookie, name).some((value) => timingSafeEqual(digest(value), digest(secret))),
    cookie: `${name}=${secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age=604800`,
  };
}

function cookiesOf(header: string | undefined, name: string): readonly string[] {
  return (header ?? '')
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(`${name}=`))
    .map((part) => part.slice(name.length + 1));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
