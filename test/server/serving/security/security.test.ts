import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, it, onTestFinished } from 'vitest';
import { problemOfRequest } from '../../../../server/serving/publicProblem.ts';
import { RateLimits } from '../../../../server/serving/security/rateLimit.ts';
import { openSecurity, type SecurityOptions } from '../../../../server/serving/security/security.ts';
import { httpStatusOf, retryHeaders } from '../../../../server/serving/status.ts';
import { rejects } from '../../../rejects.ts';
import { tempFolder } from '../../../temp-folder.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function written(name: string, value: unknown): string {
  const file = path.join(tempFolder(), name);
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}

const ring = () =>
  written('keys.json', {
    keys: [
      { name: 'team a', sha256: sha256('key-of-a') },
      { name: 'slow', sha256: sha256('key-of-slow'), perMinute: 20 },
      { name: 'boss', sha256: sha256('key-of-boss'), scopes: ['predict', 'admin'] },
    ],
  });

async function guarded(options: SecurityOptions): Promise<FastifyInstance> {
  const app = Fastify();
  app.setErrorHandler((error, _request, reply) => {
    const problem = problemOfRequest(error);
    return reply
      .code(httpStatusOf(problem))
      .headers(retryHeaders(problem))
      .send({ code: problem.code, message: problem.message });
  });
  const security = await openSecurity(options);
  await security.add(app);
  for (const route of ['/predict', '/livez', '/metrics', '/v1/versions', '/v1/versions/:version/promote'])
    app.get(route, async () => 'yes');
  onTestFinished(() => app.close());
  return app;
}

const ask = async (app: FastifyInstance, url: string, headers: Record<string, string> = {}) => {
  const { statusCode, headers: told, payload } = await app.inject({ url, headers });
  return { status: statusCode, headers: told, code: statusCode < 400 ? null : JSON.parse(payload).code };
};

it('lets everybody ask and nobody manage where no keys are given', async () => {
  const app = await guarded({});
  expect((await ask(app, '/predict')).status).toBe(200);
  expect(await ask(app, '/v1/versions')).toMatchObject({ status: 403, code: 'forbidden' });
});

it('asks for a key, by either header, and for the scope that a route needs', async () => {
  const app = await guarded({ apiKeys: ring() });
  expect(await ask(app, '/predict')).toMatchObject({ status: 401, code: 'unauthorised' });
  expect((await ask(app, '/predict', { 'x-api-key': 'key-of-b' })).status).toBe(401);
  expect((await ask(app, '/predict', { authorization: 'Basic a2V5' })).status).toBe(401);
  expect((await ask(app, '/predict', { 'x-api-key': 'key-of-a' })).status).toBe(200);
  expect((await ask(app, '/predict', { authorization: 'Bearer key-of-a' })).status).toBe(200);
  expect((await ask(app, '/v1/versions/2/promote', { 'x-api-key': 'key-of-a' })).status).toBe(403);
  expect((await ask(app, '/v1/versions/2/promote', { 'x-api-key': 'key-of-boss' })).status).toBe(200);
  for (const open of ['/livez', '/metrics']) expect((await ask(app, open)).status).toBe(200);
});

it('bounds what one key sends, and says when to come again', async () => {
  let nowMs = 0;
  const app = await guarded({ apiKeys: ring(), now: () => nowMs });
  const slow = () => ask(app, '/predict', { 'x-api-key': 'key-of-slow' });
  expect([(await slow()).status, (await slow()).status]).toEqual([200, 200]);
  expect(await slow()).toMatchObject({
    status: 429,
    code: 'rate-limited',
    headers: { 'retry-after': '3' },
  });
  expect((await ask(app, '/predict', { 'x-api-key': 'key-of-a' })).status).toBe(200);
  nowMs = 3001;
  expect((await slow()).status).toBe(200);
  const limits = new RateLimits();
  let let_in = 0;
  for (let ms = 0; ms < 60_000; ms += 10) if (limits.enter('x', 120, ms) === null) let_in++;
  expect(let_in).toBeGreaterThanOrEqual(120);
  expect(let_in).toBeLessThanOrEqual(133);
});

it('takes tokens that the issuer signed, for the right audience, until they expire', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const other = await generateKeyPair('ES256');
  const jwks = written('jwks.json', { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }] });
  const app = await guarded({ jwks, jwtIssuer: 'https://issuer', jwtAudience: 'tributary' });
  const token = (key: typeof privateKey, claims: Record<string, unknown> = {}, expires = '5m') =>
    new SignJWT({ sub: 'anna', ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setIssuer('https://issuer')
      .setAudience('tributary')
      .setExpirationTime(expires)
      .sign(key);
  const with_ = async (bearer: string, url = '/predict') =>
    (await ask(app, url, { authorization: `Bearer ${bearer}` })).status;
  expect(await with_(await token(privateKey))).toBe(200);
  expect(await with_(await token(privateKey), '/v1/versions')).toBe(403);
  expect(await with_(await token(privateKey, { scope: 'predict admin' }), '/v1/versions')).toBe(200);
  expect(await with_(await token(privateKey, { scope: 'profile' }))).toBe(403);
  expect(await with_(await token(privateKey, {}, '-5m'))).toBe(401);
  expect(await with_(await token(other.privateKey))).toBe(401);
  const none = [{ alg: 'none' }, { sub: 'anna', exp: 9e9, iss: 'https://issuer', aud: 'tributary' }, '']
    .map((part) => (part === '' ? '' : Buffer.from(JSON.stringify(part)).toString('base64url')))
    .join('.');
  expect(await with_(none)).toBe(401);
  const wrongAudience = await new SignJWT({ sub: 'anna' })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
    .setIssuer('https://issuer')
    .setAudience('another')
    .setExpirationTime('5m')
    .sign(privateKey);
  expect(await with_(wrongAudience)).toBe(401);
});

it('lets pages of named origins ask, and no others', async () => {
  const app = await guarded({ corsOrigins: ['https://good.example'] });
  const from = async (origin: string) =>
    (await ask(app, '/predict', { origin })).headers['access-control-allow-origin'];
  expect(await from('https://good.example')).toBe('https://good.example');
  expect(await from('https://bad.example')).toBeUndefined();
  expect((await ask(await guarded({}), '/predict', { origin: 'https://good.example' })).headers).not.toHaveProperty(
    'access-control-allow-origin',
  );
});

it.each([
  ['no JSON', '{', /not valid JSON/],
  ['a key in the clear', { keys: [{ name: 'a', key: 'secret' }] }, /keys\.0/],
  ['no hash', { keys: [{ name: 'a', sha256: 'abc' }] }, /sha256 of the key/],
  ['a name twice', { keys: [1, 2].map(() => ({ name: 'a', sha256: sha256('x') })) }, /two keys are called "a"/],
])('refuses a file of keys with %s', async (_, value, words) => {
  expect((await rejects(() => openSecurity({ apiKeys: written('keys.json', value) }), 'usage')).message).toMatch(words);
});

it('refuses a set of keys that holds a shared secret, or none', async () => {
  const shared = { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] };
  expect((await rejects(() => openSecurity({ jwks: written('a.json', shared) }), 'usage')).message).toMatch(
    /shared secret/,
  );
  expect((await rejects(() => openSecurity({ jwks: written('b.json', {}) }), 'usage')).message).toMatch(
    /no set of public keys/,
  );
});
