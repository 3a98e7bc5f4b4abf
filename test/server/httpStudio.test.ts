import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { WebSocket } from 'ws';
import { makeLimits } from '../../core/define/limits.ts';
import { type ProblemData, problemFrom } from '../../core/problems/problem.ts';
import { problemTable } from '../../core/problems/table.ts';
import {
  type Imported,
  type OpenedSession,
  type RunSummary,
  type StudioArgs,
  type StudioMethod,
  type StudioResults,
  studioSchemas,
} from '../../core/studio/api.ts';
import { makeStudio } from '../../server/studio/studio.ts';
import { startStudioServer } from '../../server/studioServer.ts';
import { rejects } from '../rejects.ts';
import { root } from '../rules/sources.ts';
import { tempFolder } from '../temp-folder.ts';
import { type Answer, type Ask, ask, nextMessage, pageFolder, socketTo } from './served.ts';

interface Whole {
  open(client: string): Promise<WebSocket>;
  get(target: string, what?: Ask): Promise<Answer>;
  readonly origin: string;
}

type AtEnd = (end: () => Promise<void>) => void;

/** The whole of it: the real back end behind the real transport. */
async function serveWhole(state = tempFolder(), atEnd: AtEnd = onTestFinished): Promise<Whole> {
  const studio = await makeStudio({
    nodeFolders: [],
    limits: {},
    stateFolder: state,
    samplesFolder: path.join(root, 'samples'),
  });
  atEnd(() => studio.close());
  const server = await startStudioServer({ studio, limits: makeLimits(), rendererFolder: pageFolder(), port: 0 });
  atEnd(() => server.close());
  const origin = `http://127.0.0.1:${server.port}`;
  const entered = await ask(server.port, `/${new URL(server.address()).search}`);
  const cookie = String(entered.headers['set-cookie']?.[0]).split(';')[0];
  return {
    origin,
    open: (client) => socketTo(origin, client, { origin, cookie }),
    get: (target, what = {}) => ask(server.port, target, { ...what, headers: { cookie, ...what.headers } }),
  };
}

let nextId = 1;

async function say(socket: WebSocket, envelope: unknown): Promise<Record<string, unknown>> {
  const id = nextId++;
  const answer = nextMessage(socket, (message) => message['id'] === id);
  socket.send(JSON.stringify({ id, ...(envelope as object) }));
  return answer;
}

/** Calls as the page does. */
async function call<M extends StudioMethod>(
  socket: WebSocket,
  method: M,
  args: StudioArgs<M>,
): Promise<StudioResults[M]> {
  const answer = await say(socket, { method, args });
  if (answer['ok'] !== true) throw problemFrom(answer['problem'] as ProblemData);
  return answer['result'] as StudioResults[M];
}

/** A sample in a folder of its own, so that nothing is written beside the shipped one. */
async function openSample(socket: WebSocket, name: string): Promise<OpenedSession> {
  const folder = path.join(tempFolder(), name);
  cpSync(path.join(root, 'samples', name), folder, { recursive: true });
  return call(socket, 'openDocument', { path: path.join(folder, `${name}.tributary.json`) });
}

const ended = (socket: WebSocket): Promise<RunSummary> =>
  nextMessage(socket, (message) => (message['event'] as { event?: string } | undefined)?.event === 'runEnded').then(
    (message) => (message['event'] as { summary: RunSummary }).summary,
  );

describe('a window', () => {
  it('opens a pipeline, runs it, and sees a picture', async () => {
    const { open, get } = await serveWhole();
    const socket = await open('clientaa');
    const { session, document } = await openSample(socket, 'picture-classifier');
    const end = ended(socket);
    const { run } = await call(socket, 'startRun', { session, document });
    const summary = await end;
    expect([summary.run, summary.phase]).toEqual([run, 'done']);
    const picture = summary.ports.find(({ kind }) => kind === 'image');
    const preview = await call(socket, 'preview', { run, end: String(picture?.end), width: 200, height: 200 });
    if (preview?.kind !== 'image') expect.fail('an image has an image to show');
    const blob = await get(`/blob/${preview.blob}`);
    expect(blob.status).toBe(200);
    expect(blob.headers['content-type']).toMatch(/^image\//);
    expect(blob.body.length).toBeGreaterThan(100);
  });

  it('puts a file into its own pipeline, and into no other', async () => {
    const { open, get, origin } = await serveWhole();
    const socket = await open('clientaa');
    const { session, folder } = await openSample(socket, 'picture-classifier');
    const body = readFileSync(path.join(root, 'test/server/http.test.ts'));
    const upload = (client: string, name: string): Promise<Answer> =>
      get(`/upload/${session}?name=${encodeURIComponent(name)}&client=${client}`, {
        method: 'POST',
        headers: { origin },
        body,
      });
    const imported = JSON.parse((await upload('clientaa', 'words.txt')).body.toString()) as Imported;
    expect(readFileSync(path.join(folder, imported.path)).equals(body)).toBe(true);
    const foreign = await upload('clientbb', 'words.txt');
    expect(foreign.status).toBeGreaterThanOrEqual(400);
    expect(foreign.status).toBeLessThan(500);
  });

  it("reaches no other window's session", async () => {
    const { open } = await serveWhole();
    const [one, other] = [await open('clientaa'), await open('clientbb')];
    const { session, document } = await openSample(one, 'picture-classifier');
    await rejects(() => call(other, 'check', { session, document }), 'session-unknown');
    await rejects(() => call(other, 'closeDocument', { session }), 'session-unknown');
    expect((await call(one, 'check', { session, document })).problems).toEqual([]);
  });
});

describe('every method', () => {
  const methods = Object.keys(studioSchemas) as StudioMethod[];
  const word = fc.oneof(fc.string(), fc.constantFrom('', '..', '/nowhere', 'a'.repeat(5000), '\u0000', 's1'));
  /** Values under the names that the methods know, and others. */
  const near = fc.dictionary(
    fc.constantFrom(
      'session',
      'run',
      'document',
      'path',
      'end',
      'from',
      'to',
      'lines',
      'inputs',
      'width',
      'height',
      'model',
      'items',
      'settings',
      'targets',
      'x',
    ),
    fc.oneof(word, fc.jsonValue(), fc.constant({ nodes: [], wires: [] }), fc.constant([{ line: 'undo' }]), fc.nat()),
  );

  // One studio for all: what one method broke, the next would meet.
  const ends: (() => Promise<void>)[] = [];
  let whole: Promise<Whole>;
  beforeAll(() => {
    const state = mkdtempSync(path.join(os.tmpdir(), 'tributary-state-'));
    ends.push(async () => rmSync(state, { recursive: true, force: true }));
    whole = serveWhole(state, (end) => ends.push(end));
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  it.each(methods)('%s answers a problem to what does not fit', async (method) => {
    const { open } = await whole;
    const socket = await open('clientaa');
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), near), async (args) => {
        // Parsing drops what JSON has other names for; scanning refuses some keys before the call is known.
        const sent = JSON.parse(
          JSON.stringify(args, (key, value) => (key === '__proto__' ? undefined : value)) ?? 'null',
        );
        const answer = await say(socket, { method, args: sent });
        if (answer['ok'] === true) return;
        const { code, message, fix } = answer['problem'] as ProblemData;
        expect(Object.keys(problemTable)).toContain(code);
        expect([message, code]).not.toEqual([message, 'internal']);
        expect(fix).not.toBe('');
      }),
      { numRuns: 60 },
    );
    expect((await say(socket, { method: 'about', args: {} }))['ok']).toBe(true);
  });
});
