import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { readFailure } from '../../../host/files/readFailure.ts';
import { connectionsServed } from '../../../server/serving/connections.ts';
import { httpStatusOf } from '../../../server/serving/status.ts';
import { root } from '../../rules/sources.ts';
import { tempFolder } from '../../temp-folder.ts';
import { acting } from './acting.ts';
import { type Answer, act, send, until } from './client.ts';
import { passThrough, pipelineFolder } from './protocols/served.ts';
import { spawnServer } from './spawned.ts';

vi.setConfig({ testTimeout: 120_000 });
const pipeline = acting();
const sound = (name: string) => readFileSync(path.join(root, 'samples/sound-classifier/media', name));

/** Asks again where the connection is closed without an answer. */
async function insist(ask: () => Promise<Answer>): Promise<Answer> {
  let answer: Answer | null = null;
  await until(async () => {
    answer = await ask().catch(() => null);
    return answer !== null;
  });
  return answer ?? expect.fail('no answer');
}

it('no more connections are served than files can be opened', () => {
  expect(connectionsServed(4096, null)).toBe(4096);
  expect(connectionsServed(4096, 1_048_576)).toBe(4096);
  expect(connectionsServed(4096, 1024)).toBe(944);
  expect(connectionsServed(100, 1024)).toBe(100);
  expect(connectionsServed(4096, 32)).toBe(8);
});

it('what fails for want of descriptors passes, and is 503; what fails for another reason is not', () => {
  const failure = (code: string) => readFailure(Object.assign(new Error(code), { code }), 'a.wav', 'a sound').data;
  expect(['EMFILE', 'ENFILE', 'EACCES', 'EIO'].map((code) => httpStatusOf(failure(code)))).toEqual([
    503, 503, 500, 500,
  ]);
  expect(failure('EMFILE')).toMatchObject({ code: 'file-unreadable', retryAfterSeconds: 1 });
});

it.skipIf(process.platform === 'win32')(
  'more connections than files can be opened: 503 that says so, health answers, who is there is served (fault 80)',
  async () => {
    const server = await spawnServer([pipeline.folder, '--nodes', pipeline.nodes], {}, 'ulimit -n 300');
    await server.ready();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await act(server.port, 'say first', { agent })).status).toBe(200);
    const crowd = Array.from({ length: 500 }, () => {
      const socket = net.connect(server.port, '127.0.0.1').on('error', () => undefined);
      socket.resume();
      return socket;
    });
    onTestFinished(() => crowd.forEach((socket) => void socket.destroy()));
    // Those for which there was no place at all have been let go.
    await until(() => crowd.filter((socket) => socket.destroyed).length >= 200);
    expect((await insist(() => send(server.port, '/livez'))).status).toBe(200);
    const refused = await insist(() => act(server.port, 'say crowded'));
    expect([refused.status, refused.json().error.code]).toEqual([503, 'not-ready']);
    expect(refused.headers).toMatchObject({ 'retry-after': '1', connection: 'close' });
    expect(refused.json().error.message).toContain('connections');
    const served = await act(server.port, 'say kept', { agent });
    expect([served.status, served.json().outputs]).toEqual([200, { said: 'say kept' }]);
    // An engine that dies now is replaced all the same: room was kept for it.
    expect((await act(server.port, 'crash', { agent })).status).toBe(503);
    expect((await act(server.port, 'say again', { agent })).status).toBe(200);
    for (const socket of crowd) socket.destroy();
    await until(async () => (await act(server.port, 'say next').catch(() => null))?.status === 200);
    expect(pipeline.ran()).not.toContain('say crowded');
    expect(server.child.exitCode).toBe(null);
    agent.destroy();
  },
);

const hoard = `
import { defineNode, port } from 'tributary';
import { closeSync, openSync } from 'node:fs';
const held = [];
export const hoarding = defineNode({
  type: 'test.hoard', version: 1, title: 'Hoard', summary: 'Opens files until no more can be opened, or closes them.',
  inputs: { text: port.text({ doc: 'what to do' }) }, outputs: { text: port.text({ doc: 'the same' }) }, params: {},
  pure: false,
  infer: ({ inputs }) => ({ text: inputs.text }),
  run: ({ inputs }) => {
    if (inputs.text.text === 'open') try { for (;;) held.push(openSync('/dev/null')); } catch (error) { if (error.code !== 'EMFILE') throw error; }
    if (inputs.text.text === 'close') for (const one of held.splice(0)) closeSync(one);
    return { text: inputs.text };
  },
  examples: [],
});
`;

it.skipIf(process.platform === 'win32')(
  'an engine that can open no file more: 503 for what needs one, and it goes on as soon as it can (fault 80)',
  async () => {
    const nodes = tempFolder();
    writeFileSync(path.join(nodes, 'hoard.mjs'), hoard);
    const folder = pipelineFolder({
      inputs: { does: 'ask', sound: 'hear' },
      outputs: { said: 'answer', heard: 'heard' },
      nodes: [
        { id: 'ask', type: 'input.text@1', params: { text: 'rest' } },
        { id: 'hoard', type: 'test.hoard@1' },
        { id: 'answer', type: 'output.text@1' },
        { id: 'hear', type: 'input.audio@1' },
        { id: 'heard', type: 'output.audio@1' },
      ],
      wires: [
        ['ask.text', 'hoard.text'],
        ['hoard.text', 'answer.value'],
        ['hear.audio', 'heard.value'],
      ],
    });
    const server = await spawnServer([folder, '--nodes', nodes], {}, 'ulimit -n 300');
    await server.ready();
    const ask = async (does: string, name: string): Promise<Answer> => {
      const form = new FormData();
      form.set('does', does);
      form.set('sound', new Blob([sound(name)]), name);
      const packed = new Response(form);
      const type = packed.headers.get('content-type') ?? '';
      const body = new Uint8Array(await packed.arrayBuffer());
      return send(server.port, '/predict', { method: 'POST', headers: { 'content-type': type }, body });
    };
    expect((await ask('rest', 'birdsong.mp3')).status).toBe(200);
    expect((await ask('open', 'siren-16k.wav')).status).toBe(200);
    for (const name of ['birdsong.mp3', 'rain.opus', 'speech.flac']) {
      const short = await ask('rest', name);
      expect([name, [503, 507].includes(short.status)]).toEqual([name, true]);
      expect(short.json().error.code).toMatch(/^(tool-missing|output-unwritable|file-unreadable)$/);
    }
    expect((await ask('rest', 'siren-16k.wav')).status).toBe(200);
    expect((await ask('close', 'siren-16k.wav')).status).toBe(200);
    expect((await ask('rest', 'birdsong.mp3')).status).toBe(200);
    expect((await ask('rest', 'rain.opus')).status).toBe(200);
    expect(server.lines.filter(({ event }) => event === 'state').map(({ state }) => state)).toEqual([
      'verifying',
      'ready',
    ]);
  },
);

it('a full temporary folder: 507 for what must be written there, until there is room (fault 80)', async (test) => {
  const temporary = tempFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', temporary], { stdio: 'ignore' });
  } catch {
    test.skip('a small file system cannot be mounted here (it needs root)');
  }
  onTestFinished(() => void execFileSync('umount', ['--lazy', temporary]));
  const server = await spawnServer([pipelineFolder(passThrough('audio'))], { TMPDIR: temporary });
  await server.ready();
  const hear = (name: string): Promise<Answer> =>
    send(server.port, '/predict', { method: 'POST', headers: { 'content-type': 'audio/x' }, body: sound(name) });
  expect((await hear('birdsong.mp3')).status).toBe(200);
  const before = readdirSync(temporary);
  mkdirSync(path.join(temporary, 'full'));
  const filler = path.join(temporary, 'full', 'filler');
  expect(() => writeFileSync(filler, Buffer.alloc(65 << 20))).toThrow('ENOSPC');
  const full = await hear('birdsong.mp3');
  expect([full.status, full.json().error.code]).toEqual([507, 'output-unwritable']);
  expect(full.body.toString()).not.toContain(temporary);
  expect((await hear('siren-16k.wav')).status).toBe(200);
  rmSync(path.dirname(filler), { recursive: true });
  expect((await hear('birdsong.mp3')).status).toBe(200);
  expect(readdirSync(temporary).sort()).toEqual(before.sort());
});
