import net from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { acting } from './acting.ts';
import { act, raw, send, until } from './client.ts';
import { type InProcess, serveHere, serveReady } from './inProcess.ts';

const pipeline = acting('<img src=x onerror=alert(1)> "quoted" & `ticked`');
const MiB = 1024 * 1024;
let served: InProcess;
beforeAll(async () => {
  served = await serveReady({
    target: pipeline.folder,
    nodeFolders: [pipeline.nodes],
    limit: { serverBodyBytes: 4 * MiB, serverParts: 50 },
  });
});

const post = (headers: string, body = ''): string => `POST /predict HTTP/1.1\r\nHost: x\r\n${headers}\r\n${body}`;
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

async function goesOn(): Promise<void> {
  const next = await act(served.port, 'say next');
  expect([next.status, next.json().outputs]).toEqual([200, { said: 'say next' }]);
  expect(served.exits).toEqual([]);
}

it('headers or a body that drip are cut off at the limit (fault 56)', async () => {
  // What is read before anything runs needs nothing that is loaded.
  const { port } = await serveHere({
    target: pipeline.folder,
    nodeFolders: [pipeline.nodes],
    limit: { serverArrivalMs: 500 },
  });
  const headers = await raw(port, ['POST /predict HTTP/1.1\r\nHost: x\r\nX-Slow: ']);
  const body = await raw(port, [post('Content-Type: text/plain\r\nContent-Length: 100\r\n', 'say')]);
  expect([statusOf(headers), statusOf(body)]).toEqual([408, 408]);
  expect((await send(port, '/livez')).status).toBe(200);
});

it('a body of three million pieces of one byte is refused, in bounded memory (fault 59)', async () => {
  const pieces = 3 * MiB;
  const piece = '1\r\na\r\n';
  const chunk = Buffer.from(piece.repeat(10_000));
  const before = process.memoryUsage().rss;
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 20);
  const answer = await new Promise<string>((resolve) => {
    const socket = net.connect(served.port, '127.0.0.1');
    let got = '';
    let sent = 0;
    socket.on('data', (part) => {
      got += part.toString();
    });
    // The server need not hear it out.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(got));
    const more = (): void => {
      while (sent < pieces && !socket.destroyed) {
        sent += 10_000;
        if (!socket.write(chunk)) {
          socket.once('drain', more);
          return;
        }
      }
      socket.write('0\r\n\r\n');
    };
    socket.write(post('Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n'));
    more();
  });
  clearInterval(watch);
  expect(answer === '' || statusOf(answer) === 400).toBe(true);
  expect(most - before).toBeLessThan(400 * MiB);
  await goesOn();
});

it('bodies that inflate past the limit are 413, whatever packs them; honest ones are read (fault 60)', async () => {
  const bomb = Buffer.alloc(16 * MiB);
  for (const [encoding, body] of [
    ['gzip', gzipSync(bomb)],
    ['br', brotliCompressSync(bomb)],
  ] as const) {
    expect(body.length).toBeLessThan(MiB);
    const answer = await send(served.port, '/predict', {
      method: 'POST',
      headers: { 'content-type': 'text/plain', 'content-encoding': encoding },
      body,
    });
    expect([answer.status, answer.json().error.code]).toEqual([413, 'request-too-large']);
  }
  const packed = { 'content-type': 'text/plain', 'content-encoding': 'gzip' };
  const honest = await send(served.port, '/predict', { method: 'POST', headers: packed, body: gzipSync('say packed') });
  expect(honest.json().outputs).toEqual({ said: 'say packed' });
  const broken = await send(served.port, '/predict', { method: 'POST', headers: packed, body: 'no gzip at all' });
  expect([broken.status, broken.json().error.code]).toEqual([400, 'request-invalid']);
  const twice = { 'content-type': 'text/plain', 'content-encoding': 'gzip, gzip' };
  const nested = await send(served.port, '/predict', { method: 'POST', headers: twice, body: gzipSync(gzipSync('x')) });
  expect([nested.status, nested.json().error.code]).toEqual([415, 'request-unsupported']);
  await goesOn();
});

it('a body over the limit is 413 whether it says so or not', async () => {
  const said = await send(served.port, '/predict', { method: 'POST', body: Buffer.alloc(5 * MiB) });
  expect([said.status, said.json().error.code]).toEqual([413, 'request-too-large']);
  const unsaid = await raw(served.port, [
    post('Transfer-Encoding: chunked\r\nConnection: close\r\n'),
    ...Array.from({ length: 5 }, () => `100000\r\n${'x'.repeat(MiB)}\r\n`),
    '0\r\n\r\n',
  ]);
  expect(statusOf(unsaid)).toBe(413);
  await goesOn();
});

it('multipart with a huge boundary, with ten thousand parts or cut short is 400 (fault 61)', async () => {
  const form = (boundary: string, body: string) =>
    send(served.port, '/predict', {
      method: 'POST',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      body,
    });
  const part = '--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nsay\r\n';
  const long = 'b'.repeat(5000);
  for (const answer of [
    await form(long, `--${long}\r\n\r\n\r\n--${long}--`),
    await form('b', `${part.repeat(10_000)}--b--\r\n`),
    await form('b', part),
    await form('b', ''),
    await form('', ''),
    await form('b', '--b\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\nx\r\n--b--\r\n'),
  ])
    expect([answer.status, answer.json().error.code]).toEqual([400, 'request-invalid']);
  const good = await form('b', `${part}--b--\r\n`);
  expect(good.json().outputs).toEqual({ said: 'say' });
  await goesOn();
});

it('two lengths for one body are 400 (fault 62)', async () => {
  const both = post('Content-Type: text/plain\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n');
  const twice = post('Content-Type: text/plain\r\nContent-Length: 3\r\nContent-Length: 5\r\n', 'say!!');
  const wrong = post('Content-Type: text/plain\r\nContent-Length: -3\r\n', 'say');
  for (const request of [both, twice, wrong]) expect(statusOf(await raw(served.port, [request]))).toBe(400);
  await goesOn();
});

it('JSON that is too deep, reaches for prototypes or is none is 400', async () => {
  const json = (body: string) =>
    send(served.port, '/predict', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const bodies: readonly (readonly [string, string])[] = [
    [`{"inputs":{"text":${'['.repeat(100_000)}`, 'document-too-deep'],
    ['{"inputs":{"__proto__":{"polluted":1},"text":"say"}}', 'document-forbidden-key'],
    ['{"inputs":{"text":"say"}', 'request-invalid'],
    ['[1,2]', 'request-invalid'],
    ['{"inputs":{"text":5}}', 'input-kind'],
    ['{"inputs":{"txt":"say"}}', 'input-unknown'],
    ['{"inputs":{"text":"say"},"outputs":"nothing"}', 'request-invalid'],
    ['{"inputs":{"text":"say"},"outputs":[1]}', 'request-invalid'],
    ['{"inputs":{"text":"say"},"top":-1}', 'request-invalid'],
    ['{"inputs":{"text":"half \\ud800"}}', 'text-encoding'],
    ['{"inputs":{}}', 'input-missing'],
  ];
  for (const [body, code] of bodies) {
    const answer = await json(body);
    expect([body.slice(0, 60), answer.status, answer.json().error.code]).toEqual([body.slice(0, 60), 400, code]);
  }
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  await goesOn();
});

it('what is no route, no method, no form that is taken gets its status as a problem', async () => {
  const asks = [
    ['GET', '/predict', 404, 'route-unknown'],
    ['GET', '/../../etc/passwd', 404, 'route-unknown'],
    ['GET', '/%2e%2e/%00', 404, 'route-unknown'],
    ['GET', '/%zz', 400, 'request-invalid'],
    ['DELETE', '/v1/pipelines/x', 404, 'route-unknown'],
    ['POST', '/v1/pipelines/nobody/predict', 404, 'model-unknown'],
    ['POST', '/predict?version=7', 404, 'model-unknown'],
    ['POST', '/predict', 400, 'request-invalid'],
  ] as const;
  for (const [method, path, status, code] of asks) {
    const answer = await send(served.port, path, { method });
    expect([path, answer.status, answer.json().error.code]).toEqual([path, status, code]);
    expect(answer.headers['x-powered-by']).toBeUndefined();
  }
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const encoded = await send(served.port, '/predict', { method: 'POST', headers: form, body: 'text=say' });
  expect([encoded.status, encoded.json().error.code]).toEqual([415, 'request-unsupported']);
});

it('problems of the pipeline are told without places, causes or stacks', async () => {
  const failed = await act(served.port, 'fail');
  expect([failed.status, failed.json().error]).toEqual([
    500,
    { code: 'model-failed', message: 'It failed at model.onnx.', fix: 'Mend it.', where: { node: 'act' } },
  ]);
  const broken = await act(served.port, 'break');
  expect(broken.status).toBe(500);
  for (const answer of [failed, broken]) {
    expect(answer.body.toString()).not.toMatch(/secret stack|\/tmp|at .*\.ts/);
    expect(answer.body.toString()).not.toContain(pipeline.folder);
  }
  await goesOn();
});

it('echoes an id that is one, and makes one otherwise', async () => {
  const given = await act(served.port, 'say', { headers: { 'x-request-id': 'abc-123' } });
  expect([given.headers['x-request-id'], given.json().requestId]).toEqual(['abc-123', 'abc-123']);
  const odd = await act(served.port, 'say', { headers: { 'x-request-id': 'a b"<c>' } });
  expect(odd.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  expect(odd.headers['x-tributary-version']).toBe('1');
});

it('bytes at random over every route: no 500, no crash (fault 67)', async () => {
  let seed = 1;
  const random = (below: number): number => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  const routes = [
    '/',
    '/predict',
    '/readyz',
    '/livez',
    '/openapi.json',
    '/v1/pipelines',
    '/v1/pipelines/%F0%9F/predict',
  ];
  const types = ['application/json', 'text/plain', 'image/png', 'multipart/form-data; boundary=b', 'a/b', ';;', ''];
  const encodings = ['', 'gzip', 'br', 'deflate', 'zstd', 'identity'];
  const methods = ['GET', 'POST', 'PUT', 'OPTIONS', 'HEAD', 'PATCH'];
  for (let i = 0; i < 300; i++) {
    const body = Buffer.from(Array.from({ length: random(200) }, () => random(256)));
    const headers: Record<string, string> = { 'content-type': types[random(types.length)] };
    const encoding = encodings[random(encodings.length)];
    if (encoding !== '') headers['content-encoding'] = encoding;
    const method = methods[random(methods.length)];
    const target = routes[random(routes.length)];
    const answer = await send(served.port, target, { method, headers, body }).catch((error: unknown) => {
      throw new Error(JSON.stringify({ method, target, headers }), { cause: error });
    });
    expect([method, target, headers, answer.status < 500 ? 'fine' : answer.status]).toEqual([
      method,
      target,
      headers,
      'fine',
    ]);
  }
  await goesOn();
});

it('the page shows every name as text, lets in no other script, and asks nobody else', async () => {
  const page = await send(served.port, '/');
  expect(page.status).toBe(200);
  const policy = String(page.headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:/);
  const html = page.body.toString();
  expect(html).not.toContain('<img');
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt; &quot;quoted&quot; &amp; `ticked`');
  expect(html).not.toMatch(/(src|href)="https?:/);
});

it('connections that close without a word harm nobody', async () => {
  for (let i = 0; i < 20; i++) net.connect(served.port, '127.0.0.1').destroy();
  await raw(served.port, ['GET / HTTP/1.1\r\n'], true);
  await raw(served.port, ['\0\0\0\0']);
  await until(() => served.service.load().running === 0);
  await goesOn();
});
