import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../core/problems/problem.ts';
import { makeProtocolHandler, type ProtocolOptions, resolveAddress } from '../../electron/protocol.ts';
import { openWebFolder } from '../../host/files/webFolder.ts';
import { pageFolder } from '../server/served.ts';

function handler(options: Partial<ProtocolOptions> = {}): (request: Request) => Promise<Response> {
  return makeProtocolHandler({
    folder: openWebFolder(pageFolder()),
    mediaFileBytes: 1000,
    blob: async (id) =>
      id === 'b1' ? { mime: 'audio/wav', bytes: Uint8Array.from({ length: 100 }, (_, i) => i) } : null,
    upload: async (_client, _session, name, body) => {
      let bytes = 0;
      for await (const chunk of body) bytes += chunk.byteLength;
      return { path: `media/${name}`, name, sha256: String(bytes), role: 'other', node: null };
    },
    isClient: (client) => client === 'window0001',
    ...options,
  });
}

const evil = [
  'tributary://studio/..%5csecret.txt',
  'tributary://studio/..%2fsecret.txt',
  'tributary://studio/%2e%2e/secret.txt',
  'tributary://studio/%2e%2e%5csecret.txt',
  'tributary://studio/assets/..%5c..%5csecret.txt',
  'tributary://studio/..\\secret.txt',
  'tributary://studio/secret.txt%00.js',
  'tributary://studio/a\0b',
  'tributary://studio//secret.txt',
  'tributary://studio/C:/secret.txt',
  'tributary://studio/C%3a%5csecret.txt',
  'tributary://studio/file:///etc/passwd',
  'tributary://studio/%252e%252e/secret.txt',
  'tributary://studio/blob/..%5csecret.txt',
  'tributary://studio/blob/../secret.txt',
  'tributary://studio/.git/config',
  'tributary://studio/assets',
  'tributary://studio.evil/index.html',
  'tributary://studio@evil/index.html',
  'tributary://other/index.html',
  'tributary:studio/index.html',
  'http://studio/index.html',
];

describe('addresses', () => {
  it('that lead elsewhere lead nowhere', async () => {
    const handle = handler();
    for (const address of evil) {
      const route = resolveAddress(address);
      expect([address, ['nothing', 'file']]).toEqual([address, expect.arrayContaining([route.to])]);
      // A request cannot even be made of the others.
      if (URL.canParse(address) && new URL(address).username === '') {
        const response = await handle(new Request(address));
        expect([address, response.status]).toEqual([address, 404]);
        expect(await response.text()).not.toContain('canary');
      }
    }
  });

  it('of our page, blobs and uploads lead there', () => {
    expect(resolveAddress('tributary://studio')).toEqual({ to: 'file', path: 'index.html' });
    expect(resolveAddress('tributary://studio/#open=x')).toEqual({ to: 'file', path: 'index.html' });
    expect(resolveAddress('tributary://studio/assets/index-CAk3_x9Q.js?v=1')).toEqual({
      to: 'file',
      path: 'assets/index-CAk3_x9Q.js',
    });
    expect(resolveAddress('tributary://studio/blob/b1')).toEqual({ to: 'blob', id: 'b1' });
    expect(resolveAddress('tributary://studio/upload/s1?name=a')).toEqual({ to: 'upload', session: 's1' });
  });

  it('whatever they are, name a plain path or nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        const route = resolveAddress(`tributary://studio/${path}`);
        if (route.to !== 'file') return;
        expect(route.path).not.toMatch(/\.\.|\\|%|:|^\/|\/\/|\/$|\0/);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('answers', () => {
  it('carry the policy, whatever they are', async () => {
    const handle = handler();
    for (const path of ['', 'assets/index-CAk3_x9Q.js', 'nothing', 'blob/b1', 'blob/none']) {
      const { headers } = await handle(new Request(`tributary://studio/${path}`));
      expect(headers.get('content-security-policy')).not.toContain('unsafe-eval');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
    const page = await handle(new Request('tributary://studio/'));
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(await page.text()).toContain('<title>Tributary');
    const script = await handle(new Request('tributary://studio/assets/index-CAk3_x9Q.js'));
    expect(script.headers.get('cache-control')).toContain('immutable');
  });

  it('give parts of blobs', async () => {
    const response = await handler()(new Request('tributary://studio/blob/b1', { headers: { range: 'bytes=10-12' } }));
    expect([response.status, response.headers.get('content-range')]).toEqual([206, 'bytes 10-12/100']);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(Uint8Array.from([10, 11, 12]));
  });

  it('refuse other methods', async () => {
    for (const method of ['POST', 'PUT', 'DELETE'])
      expect((await handler()(new Request('tributary://studio/', { method }))).status).toBe(405);
    expect((await handler()(new Request('tributary://studio/upload/s1?name=a&client=window0001'))).status).toBe(405);
  });
});

describe('uploads', () => {
  const post = (query: string, body: string | Uint8Array): Request =>
    new Request(`tributary://studio/upload/s1?${query}`, {
      method: 'POST',
      body: typeof body === 'string' ? body : Uint8Array.from(body),
    });

  it('arrive, from windows that are open', async () => {
    const response = await handler()(post('name=a%20b.png&client=window0001', 'abc'));
    expect(await response.json()).toMatchObject({ name: 'a b.png', sha256: '3' });
    expect((await handler()(post('name=a.png&client=window0002', 'abc'))).status).toBe(403);
    expect((await handler()(post('name=a.png', 'abc'))).status).toBe(400);
    expect((await handler()(post('name=..%5ca.png&client=window0001', 'abc'))).status).toBe(400);
  });

  it('over the limit are refused while they come', async () => {
    const response = await handler()(post('name=a.png&client=window0001', new Uint8Array(1001)));
    expect([response.status, await response.json()]).toMatchObject([413, { problem: { code: 'media-too-large' } }]);
  });

  it('answer with the problem that stopped them', async () => {
    const upload = async (): Promise<never> => {
      throw new Problem('path-outside', { message: 'It leaves the folder.', fix: 'Name another.' });
    };
    const response = await handler({ upload })(post('name=a.png&client=window0001', 'abc'));
    expect([response.status, await response.json()]).toMatchObject([422, { problem: { code: 'path-outside' } }]);
  });
});
