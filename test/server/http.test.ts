import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makeLimits } from '../../core/define/limits.ts';
import { startStudioServer } from '../../server/studioServer.ts';
import { rejects } from '../rejects.ts';
import { ask, pageFolder, serve } from './served.ts';
import { makeTinyStudio } from './tinyStudio.ts';

const upload = '/upload/s1?name=a.png&client=clientaa';

describe('who is let in', () => {
  it('lets the first browser in by the token, and that one only', async () => {
    const { server } = await serve();
    const { search } = new URL(server.address());
    const first = await ask(server.port, `/${search}`, {});
    expect(first.status).toBe(303);
    expect(first.headers.location).toBe('/');
    const setCookie = String(first.headers['set-cookie']);
    expect(setCookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\//);
    const cookie = setCookie.split(';')[0];
    expect((await ask(server.port, '/', { headers: { cookie } })).status).toBe(200);
    // The address again in the same browser, as from its history: fine. In another: not.
    expect((await ask(server.port, `/${search}`, { headers: { cookie } })).status).toBe(303);
    const other = await ask(server.port, `/${search}`, {});
    expect(other.status).toBe(403);
    expect(other.body.toString()).toContain('press Enter in the terminal');
    expect(other.headers['set-cookie']).toBeUndefined();
    // A second browser gets an address of its own.
    expect((await ask(server.port, `/${new URL(server.address()).search}`, {})).status).toBe(303);
  });

  it('goes on to the file that was named, also from a link on another site', async () => {
    const { server } = await serve();
    const file = `/a b/"c"<d>'&#é.tributary.json`;
    const enter = (headers: Record<string, string>) =>
      ask(server.port, `/${new URL(server.address(file)).search}`, { headers });
    const plain = await enter({});
    expect(plain.status).toBe(303);
    const hash = new URL(String(plain.headers.location), 'http://x').hash;
    expect(decodeURIComponent(hash.slice('#open='.length))).toBe(file);
    // A redirect would come without the cookie there (SameSite=Strict).
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    const page = await enter(link);
    expect([page.status, page.headers.location]).toEqual([200, undefined]);
    expect(page.headers['set-cookie']).toBeDefined();
    expect(page.body.toString()).toContain(`content="0;url=${String(plain.headers.location)}"`);
  });

  it('lets the same browser in after a restart, where the secret was kept', async () => {
    const secret = 's'.repeat(43);
    const first = await serve({ secret });
    const port = first.server.port;
    await first.server.close();
    const again = await serve({ secret, port });
    expect((await ask(port, '/', { headers: { cookie: first.cookie } })).status).toBe(200);
    await again.server.close();
    await serve({ port });
    expect((await ask(port, '/', { headers: { cookie: first.cookie } })).status).toBe(403);
  });

  it('does not spend the token on a HEAD', async () => {
    const { server } = await serve();
    const { search } = new URL(server.address());
    expect((await ask(server.port, `/${search}`, { method: 'HEAD' })).status).toBe(403);
    expect((await ask(server.port, `/${search}`, {})).status).toBe(303);
  });

  it('lets nobody in without the cookie, whatever they ask', async () => {
    const { server, cookie, studio } = await serve();
    studio.addBlob('b1', 'image/png', new Uint8Array(4));
    const forged = `${cookie.slice(0, -1)}${cookie.endsWith('A') ? 'B' : 'A'}`;
    for (const headers of [{}, { cookie: forged }, { cookie: cookie.split('=')[0] }] as Record<string, string>[]) {
      for (const target of ['/', '/icon.svg', '/assets/index-CAk3_x9Q.js', '/blob/b1', '/nothing']) {
        const answer = await ask(server.port, target, { headers });
        expect([target, answer.status]).toEqual([target, 403]);
      }
    }
    const origin = `http://127.0.0.1:${server.port}`;
    expect((await ask(server.port, upload, { method: 'POST', headers: { origin }, body: 'x' })).status).toBe(403);
    expect(studio.uploads.size).toBe(0);
  });

  it('knows itself by loopback names only (DNS rebinding), with any port (tunnels)', async () => {
    const { get, server } = await serve();
    for (const host of [
      'evil.example',
      `evil.example:${server.port}`,
      '127.0.0.1.evil.example',
      'localhost.',
      '0.0.0.0',
      '[::2]',
      '127.0.0.1:99999',
      '127.0.0.1@evil',
    ])
      expect([host, (await get('/', { headers: { host } })).status]).toEqual([host, 403]);
    for (const host of ['127.0.0.1:9999', 'localhost:80', 'LOCALHOST', '[::1]:7878'])
      expect([host, (await get('/', { headers: { host } })).status]).toEqual([host, 200]);
  });

  it('takes no request without a Host, and no two', async () => {
    const { raw, cookie } = await serve();
    expect(await raw(`GET / HTTP/1.1\r\nCookie: ${cookie}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400/);
    expect(await raw(`GET / HTTP/1.0\r\nCookie: ${cookie}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403/);
    expect(
      await raw(
        `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
      ),
    ).toMatch(/^HTTP\/1\.1 403/);
  });

  it('takes bodies and sockets from its own page only', async () => {
    const { get, open, origin, studio } = await serve();
    const wrong = [
      'http://evil.example',
      'null',
      origin.replace('http', 'https'),
      'http://127.0.0.1:1',
      `${origin}.evil.example`,
    ];
    for (const from of wrong) {
      const answer = await get(upload, { method: 'POST', headers: { origin: from }, body: 'x' });
      expect([from, answer.status]).toEqual([from, 403]);
      await expect(open('clientaa', { origin: from })).rejects.toThrow('403');
    }
    expect((await get(upload, { method: 'POST', body: 'x' })).status).toBe(403);
    expect(studio.uploads.size).toBe(0);
    expect((await get(upload, { method: 'POST', headers: { origin }, body: 'x' })).status).toBe(200);
    // The address that a tunnel gives it: Host and Origin agree.
    const tunnelled = { host: 'localhost:9000', origin: 'http://localhost:9000' };
    expect((await get(upload, { method: 'POST', headers: tunnelled, body: 'x' })).status).toBe(200);
    (await open('clientaa', tunnelled)).close();
  });

  it('gives nothing to pages of other ports, whose requests carry the cookie', async () => {
    const { get, studio } = await serve();
    studio.addBlob('b1', 'image/png', new Uint8Array(4));
    const image = { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };
    expect((await get('/blob/b1', { headers: image })).status).toBe(403);
    const frame = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' };
    expect((await get('/', { headers: frame })).status).toBe(403);
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await get('/', { headers: link })).status).toBe(200);
    const own = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };
    expect((await get('/blob/b1', { headers: own })).status).toBe(200);
  });

  it('listens on this machine only', async () => {
    const options = { studio: makeTinyStudio(), limits: makeLimits(), rendererFolder: pageFolder(), port: 0 };
    for (const host of ['0.0.0.0', '::', '192.168.1.5', 'example.org', '127.0.0.2']) {
      const { fix } = await rejects(() => startStudioServer({ ...options, host }), 'usage');
      expect(fix).toContain('ssh -L');
    }
    const { server } = await serve();
    await rejects(() => startStudioServer({ ...options, port: server.port }), 'usage');
  });
});

describe('what is served', () => {
  it('sends the page with headers that let nothing foreign in', async () => {
    const { get } = await serve();
    const { headers, body } = await get('/');
    expect(body.toString()).toContain('<title>Tributary');
    expect(headers['cache-control']).toBe('no-cache');
    const kept = [
      'content-security-policy',
      'x-content-type-options',
      'x-frame-options',
      'referrer-policy',
      'cross-origin-opener-policy',
      'cross-origin-resource-policy',
      'permissions-policy',
    ];
    expect(Object.fromEntries(kept.map((name) => [name, headers[name]]))).toMatchInlineSnapshot(`
      {
        "content-security-policy": "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(self), microphone=(self), geolocation=(), display-capture=(), usb=(), serial=(), hid=(), payment=(), midi=()",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
      }
    `);
    expect(headers['content-security-policy']).not.toContain('unsafe');
  });

  it('keeps hashed files for good and asks anew for the others', async () => {
    const { get } = await serve();
    const asset = await get('/assets/index-CAk3_x9Q.js');
    expect(asset.headers['cache-control']).toContain('immutable');
    expect(asset.headers['content-type']).toBe('text/javascript; charset=utf-8');
    const icon = await get('/icon.svg');
    expect(icon.headers['cache-control']).toBe('no-cache');
    const again = await get('/icon.svg', { headers: { 'if-none-match': String(icon.headers.etag) } });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  it('sends what a browser can unpack', async () => {
    const { get } = await serve();
    const path = '/assets/index-CAk3_x9Q.js';
    const plain = await get(path);
    expect(plain.headers['content-encoding']).toBeUndefined();
    const brotli = await get(path, { headers: { 'accept-encoding': 'gzip, deflate, br' } });
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(brotli.body)).toEqual(plain.body);
    const zipped = await get(path, { headers: { 'accept-encoding': 'gzip, br;q=0' } });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(zipped.body)).toEqual(plain.body);
    expect(zipped.body.length).toBeLessThan(plain.body.length / 2);
  });

  it('leads out of the folder by no path', async () => {
    const { raw, cookie } = await serve();
    const paths = [
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/..%5csecret.txt',
      '/%2e%2e/secret.txt',
      '/assets/../../secret.txt',
      '/..\\secret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/%252e%252e/secret.txt',
      '//secret.txt',
      '/./../secret.txt',
      '/secret.txt%00.js',
      '/C:/secret.txt',
      '/file:///etc/passwd',
      '/.git/config',
      '/assets/',
      '/assets',
      'http://127.0.0.1/../secret.txt',
      '/blob/../secret.txt',
      '/blob/..%5c..%5csecret.txt',
    ];
    for (const path of paths) {
      const answer = await raw(
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
      );
      expect([path, answer.slice(9, 12)]).toEqual([path, '404']);
      expect(answer).not.toContain('canary');
    }
  });

  it('says so when there is no built page', async () => {
    const { get } = await serve({ rendererFolder: '/nowhere' });
    const answer = await get('/');
    expect(answer.status).toBe(503);
    expect(answer.body.toString()).toContain('npm run build');
  });

  it('answers other methods and addresses in words', async () => {
    const { get, origin } = await serve();
    const nothing = await get('/nothing-here');
    expect(nothing.status).toBe(404);
    expect(JSON.parse(nothing.body.toString()).problem.code).toBe('usage');
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'])
      expect((await get('/', { method, headers: { origin } })).status).toBe(405);
    expect((await get('/', { method: 'POST', headers: { origin }, body: 'x' })).status).toBe(405);
    expect((await get(upload)).status).toBe(405);
    expect((await get('/ws')).status).toBe(426);
  });
});

describe('blobs', () => {
  it('come whole, in part, or not again', async () => {
    const { get, studio } = await serve();
    const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);
    studio.addBlob('sound1', 'audio/wav', bytes);
    const whole = await get('/blob/sound1');
    expect([whole.status, whole.headers['content-type']]).toEqual([200, 'audio/wav']);
    expect(whole.headers['content-security-policy']).toContain('sandbox');
    expect(new Uint8Array(whole.body)).toEqual(bytes);
    const parts: readonly (readonly [string, number, string | undefined, number])[] = [
      ['bytes=10-19', 206, 'bytes 10-19/100', 10],
      ['bytes=90-', 206, 'bytes 90-99/100', 10],
      ['bytes=-5', 206, 'bytes 95-99/100', 5],
      ['bytes=0-999', 206, 'bytes 0-99/100', 100],
      ['bytes=100-', 416, 'bytes */100', 0],
      ['bytes=-0', 416, 'bytes */100', 0],
      ['bytes=5-2', 200, undefined, 100],
      ['bytes=0-1,4-5', 200, undefined, 100],
      ['lines=1-2', 200, undefined, 100],
    ];
    for (const [range, status, said, length] of parts) {
      const answer = await get('/blob/sound1', { headers: { range } });
      expect([range, answer.status, answer.headers['content-range'], answer.body.length]).toEqual([
        range,
        status,
        said,
        length,
      ]);
    }
    expect((await get('/blob/sound1', { headers: { range: 'bytes=10-12' } })).body).toEqual(Buffer.from([10, 11, 12]));
    expect((await get('/blob/sound1', { headers: { 'if-none-match': '"sound1"' } })).status).toBe(304);
    expect((await get('/blob/other')).status).toBe(404);
  });

  it('of a kind that could act are only to be saved', async () => {
    const { get, studio } = await serve();
    for (const [id, mime] of [
      ['html', 'text/html'],
      ['svg', 'image/svg+xml'],
      ['js', 'text/javascript'],
    ]) {
      studio.addBlob(id, mime, Buffer.from('<script>alert(1)</script>'));
      const { headers } = await get(`/blob/${id}`);
      expect([headers['content-type'], headers['content-disposition']]).toEqual([
        'application/octet-stream',
        'attachment',
      ]);
    }
  });
});

describe('uploads', () => {
  it('arrive as they were sent', async () => {
    const { get, origin, studio } = await serve();
    const body = Buffer.alloc(3_000_000, 7);
    const name = encodeURIComponent('Ein Bild (1) ☃.png');
    const answer = await get(`/upload/s1?name=${name}&client=clientaa`, { method: 'POST', headers: { origin }, body });
    expect(JSON.parse(answer.body.toString()).name).toBe('Ein Bild (1) ☃.png');
    const arrived = studio.uploads.get('clientaa/s1/Ein Bild (1) ☃.png');
    expect(arrived !== undefined && body.equals(arrived)).toBe(true);
  });

  it('over the limit are refused by their length, and while they come', async () => {
    const { get, origin, raw, cookie, studio } = await serve({ limits: makeLimits({ mediaFileBytes: 1000 }) });
    const large = await get(upload, { method: 'POST', headers: { origin }, body: Buffer.alloc(5000) });
    expect([large.status, JSON.parse(large.body.toString()).problem.code]).toEqual([413, 'media-too-large']);
    const head = `POST ${upload} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\nCookie: ${cookie}\r\n`;
    const chunk = `${(600).toString(16)}\r\n${'x'.repeat(600)}\r\n`;
    const chunked = await raw(`${head}Transfer-Encoding: chunked\r\n\r\n${chunk}${chunk}${chunk}`);
    expect(chunked).toMatch(/^HTTP\/1\.1 413/);
    expect(chunked).toContain('media-too-large');
    // Refused before the body was asked for.
    expect(await raw(`${head}Expect: 100-continue\r\nContent-Length: 5000\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413/);
    expect(await raw(`${head}Expect: 100-continue\r\nContent-Length: 3\r\n\r\n`, 300)).toMatch(/^HTTP\/1\.1 100/);
    expect(studio.uploads.size).toBe(0);
    expect((await get(upload, { method: 'POST', headers: { origin }, body: 'small' })).status).toBe(200);
  });

  it('need a plain name and a window', async () => {
    const { get, origin } = await serve();
    const names = ['', '..', '.', 'a/b', 'a%2fb', 'a%5cb', 'a%00b', 'a%0ab', 'x'.repeat(256), '%ff', '%'];
    for (const name of names) {
      const answer = await get(`/upload/s1?name=${name}&client=clientaa`, {
        method: 'POST',
        headers: { origin },
        body: 'x',
      });
      expect([name, answer.status]).toEqual([name, 400]);
    }
    for (const client of ['', 'x', 'CLIENTAA', 'client%20aa']) {
      const answer = await get(`/upload/s1?name=a&client=${client}`, {
        method: 'POST',
        headers: { origin },
        body: 'x',
      });
      expect([client, answer.status]).toEqual([client, 400]);
    }
    expect(
      (await get('/upload/S1?name=a&client=clientaa', { method: 'POST', headers: { origin }, body: 'x' })).status,
    ).toBe(405);
  });

  it('that break off are a problem and no crash', async () => {
    const { get, origin, raw, cookie, studio } = await serve();
    await raw(
      `POST ${upload} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\nCookie: ${cookie}\r\nContent-Length: 5000\r\n\r\nabc`,
      100,
    );
    expect(studio.uploads.size).toBe(0);
    expect((await get(upload, { method: 'POST', headers: { origin }, body: 'x' })).status).toBe(200);
  });

  it('smuggled with two lengths are refused', async () => {
    const { raw, cookie } = await serve();
    const head = `POST ${upload} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\nCookie: ${cookie}\r\n`;
    expect(await raw(`${head}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 400/,
    );
    expect(await raw(`${head}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`)).toMatch(/^HTTP\/1\.1 400/);
    expect(await raw(`GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 4(00|31)/,
    );
  });
});
