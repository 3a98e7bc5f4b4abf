import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { addVersions } from '../../cli/versions.ts';
import { shareOf } from '../../cli/versionsWork.ts';
import { makeLimits } from '../../core/define/limits.ts';
import { Problem, type ProblemData } from '../../core/problems/problem.ts';
import { openSecurity } from '../../server/serving/security/security.ts';
import { type Started, startServing } from '../../server/serving/start.ts';
import { command } from './command.ts';

const sample = path.join(import.meta.dirname, '../../samples/picture-classifier');
const folder = mkdtempSync(path.join(os.tmpdir(), 'tributary-versions-command-'));
const keyFile = path.join(folder, 'key');
let served: Started;
let base = '';

beforeAll(async () => {
  for (const name of ['v2', 'broken']) cpSync(sample, path.join(folder, 'bundles', name), { recursive: true });
  writeFileSync(path.join(folder, 'bundles/broken/models/scenes.onnx'), 'no model');
  writeFileSync(keyFile, 'manage\n');
  const keys = path.join(folder, 'keys.json');
  const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
  const boss = { name: 'boss', sha256: sha256('manage'), scopes: ['predict', 'admin'] };
  writeFileSync(keys, JSON.stringify({ keys: [boss, { name: 'caller', sha256: sha256('call') }] }));
  served = await startServing({
    target: sample,
    host: '127.0.0.1',
    port: 0,
    version: '1',
    limits: makeLimits(),
    limitOverrides: {},
    security: await openSecurity({ apiKeys: keys }),
    bundles: path.join(folder, 'bundles'),
    exit: () => undefined,
    tell: () => undefined,
  });
  await served.runtime.load();
  base = `http://127.0.0.1:${served.port}`;
}, 120_000);
afterAll(async () => {
  await served?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Told {
  readonly out: string;
  readonly problem: ProblemData | null;
}

/** As the command does it, in this process: starting one takes seconds where much else runs. */
async function tell(args: readonly string[], key = ''): Promise<Told> {
  let out = '';
  const before = process.env['TRIBUTARY_API_KEY'];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  process.env['TRIBUTARY_API_KEY'] = key;
  try {
    const program = new Command().exitOverride();
    addVersions(program);
    await program.parseAsync(['versions', ...args], { from: 'user' });
    return { out, problem: null };
  } catch (error) {
    if (error instanceof Problem) return { out, problem: error.data };
    throw error;
  } finally {
    write.mockRestore();
    if (before === undefined) delete process.env['TRIBUTARY_API_KEY'];
    else process.env['TRIBUTARY_API_KEY'] = before;
  }
}
const versions = (...args: readonly string[]) => tell([base, ...args, '--api-key-file', keyFile]);
const textOf = ({ problem }: Told) => `${problem?.code} ${problem?.message} ${problem?.fix}`;

it('is a command like the others: what it prints, and how it ends', async () => {
  const first = await command(['versions', base], { env: { TRIBUTARY_API_KEY: 'manage' } });
  expect(first.err).toBe('');
  expect(first.out).toMatch(/^version +state +share/);
  const refused = await command(['versions', base, 'promote', '9', '--api-key-file', keyFile]);
  expect(refused.code).toBe(2);
  expect(refused.out).toBe('');
  expect(refused.err).toContain('no version "9"');
}, 120_000);

it('loads, routes, promotes, takes back and unloads versions of a server, and tells what happened', async () => {
  expect((await versions()).out).toMatch(/^1 +ready +100 % +in service/m);

  const loaded = await versions('load', 'v2', '--as', '2.0.0', '--weight', '25%');
  expect(loaded.problem).toBeNull();
  expect(loaded.out).toMatch(/^1 +ready +75 % +in service/m);
  expect(loaded.out).toMatch(/^2\.0\.0 +ready +25 % +on trial/m);
  expect((await versions('route', '2.0.0', '0.5')).out).toMatch(/^2\.0\.0 +ready +50 %/m);
  expect((await versions('promote', '2.0.0')).out).toMatch(/^2\.0\.0 +ready +100 %/m);
  expect((await versions('rollback', '2.0.0')).out).toMatch(/^1 +ready +100 %/m);

  const shadow = await versions('load', 'v2', '--as', 'dark', '--rollout', 'shadow');
  expect(shadow.out).toMatch(/^dark +ready +copies/m);
  expect((await versions('unload', 'dark')).out).toMatch(/^dark +draining/m);

  const journal = await versions('journal', '--last', '200');
  const events = journal.out.split('\n').map((line) => line.split(/ {2,}/).slice(1, 3).join(' '));
  expect(events).toEqual(
    expect.arrayContaining(['loading 2.0.0', 'promoted 2.0.0', 'rolled-back 2.0.0', 'shadow dark']),
  );
  expect((await versions('journal', '--last', '1')).out.trim().split('\n')).toHaveLength(2);
  const { versions: rows } = JSON.parse((await versions('list', '--json')).out);
  expect(rows[0]).toMatchObject({ version: '1', state: 'ready', weight: 1 });
}, 240_000);

it('says what is wrong with a version that does not load, and the one before goes on', async () => {
  const broken = await versions('load', 'broken', '--rollout', 'switch');
  expect(textOf(broken)).toContain('scenes.onnx');
  expect((await versions()).out).toMatch(/^1 +ready +100 %/m);
  const twice = await versions('load', 'v2', '--as', '1');
  expect(textOf(twice)).toContain('There is a version "1" already.');
  const only = await versions('unload', '1');
  expect(textOf(only)).toContain('gets requests');
}, 120_000);

it('asks with a key from a file or the environment, and says what is missing', async () => {
  expect((await tell([base], 'manage')).problem).toBeNull();
  const nobody = await tell([base]);
  expect(nobody.problem?.code).toBe('unauthorised');
  expect(textOf(nobody)).toContain('--api-key-file');
  const caller = await tell([base], 'call');
  expect(caller.problem?.code).toBe('forbidden');
  expect(textOf(caller)).toContain('scope "admin"');
  const two = await tell([base], 'one two');
  expect(textOf(two)).toContain('TRIBUTARY_API_KEY holds no key');
  expect(textOf(two)).not.toContain('one two');
  expect(textOf(await tell([base, '--api-key-file', path.join(folder, 'none')]))).toContain('is not there');
  expect((await tell([base, '-H', 'x-api-key: manage'], 'wrong')).problem).toBeNull();
}, 60_000);

it('says what does not fit before anybody is asked', async () => {
  const wrong: readonly (readonly [readonly string[], string])[] = [
    [['here', 'list'], 'is no address of a server'],
    [['http://user:secret@host', 'list'], 'is no address of a server'],
    [[base, 'delete', '1'], '"delete" is nothing that can be done with versions'],
    [[base, 'promote'], '"promote" takes version, not nothing'],
    [[base, 'route', '1', '150%'], '"150%" is no share of the requests'],
    [[base, 'load', 'v2', '--rollout', 'switch', '--weight', '1'], '--weight says what a canary gets'],
    [[base, 'journal', '--last', '-1'], 'is no number'],
  ];
  for (const [args, words] of wrong) {
    const told = await tell(args);
    expect(told.problem?.code).toBe('usage');
    expect(textOf(told)).toContain(words);
  }
  expect([shareOf('0.25'), shareOf('25%'), shareOf('.25'), shareOf('25 %'), shareOf('0'), shareOf('1')]).toEqual([
    0.25, 0.25, 0.25, 0.25, 0, 1,
  ]);
  for (const text of ['', '-1', '2', '101%', 'half', '1e-1', 'NaN']) expect(() => shareOf(text)).toThrow('no share');
}, 60_000);

it('tells a server that manages no versions, and one that is no such server', async () => {
  const plain = await startServing({
    target: sample,
    host: '127.0.0.1',
    port: 0,
    version: '1',
    limits: makeLimits(),
    limitOverrides: {},
    exit: () => undefined,
    tell: () => undefined,
  });
  const other = createServer((request, response) => {
    if (request.url === '/moved/v1/versions') response.writeHead(302, { location: `${base}/v1/versions` }).end();
    else response.end('hello');
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const otherBase = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  try {
    const none = await tell([`http://127.0.0.1:${plain.port}`]);
    expect(none.problem?.code).toBe('route-unknown');
    expect(textOf(none)).toContain('--bundles');
    expect(textOf(await tell([otherBase]))).toContain('is no server of Tributary');
    // A key goes to nobody else.
    expect(textOf(await tell([`${otherBase}/moved`], 'manage'))).toContain('no answer from');
  } finally {
    other.close();
    await plain.close();
  }
  expect(textOf(await tell([otherBase]))).toContain('connection-lost There is no answer from');
}, 60_000);
