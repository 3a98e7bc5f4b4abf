import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { isFor } from '../../../core/export/bundle/packages.ts';
import { openBundle } from '../../../host/bundle/verify.ts';
import { writeBundle } from '../../../host/bundle/writeBundle.ts';
import { rejects } from '../../rejects.ts';
import { root } from '../../rules/sources.ts';
import { type ExportedCase, exportCase, sharedFolder } from './exported.ts';

interface Bill {
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

interface Component {
  readonly 'bom-ref': string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly scope: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

// Engines, servers and commands are processes of their own, slow to start where much else runs.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const shared = sharedFolder();
const written = path.join(shared, 'bundle');
let scenes: ExportedCase;

beforeAll(async () => {
  scenes = await exportCase(path.join(root, 'samples', 'picture-classifier'));
  await writeBundle(written, (await scenes.plan('container')).files);
});
afterAll(() => rmSync(shared, { recursive: true, force: true }));

function install(): { readonly status: number | null; readonly said: string } {
  const args = ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=1'];
  const { status, stderr } = spawnSync('npm', args, { cwd: written, encoding: 'utf8' });
  return { status, said: stderr ?? '' };
}

function unreachable(said: string): boolean {
  return /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOENT.*npm/.test(said);
}

it('what npm installs is what the bill of materials says, and nothing else (fault 100)', ({ skip }) => {
  const { status, said } = install();
  if (status !== 0 && unreachable(said)) skip('the registry of npm cannot be reached');
  expect(said.includes('ERR'), said).toBe(false);
  const tree: Record<string, { readonly version: string }> = JSON.parse(
    readFileSync(path.join(written, 'node_modules/.package-lock.json'), 'utf8'),
  ).packages;
  const glibc = (process.report.getReport() as { header: { glibcVersionRuntime?: string } }).header.glibcVersionRuntime;
  const here = { os: process.platform, cpu: process.arch, libc: glibc === undefined ? 'musl' : 'glibc' };
  const lock = JSON.parse(readFileSync(path.join(written, 'package-lock.json'), 'utf8')).packages;
  const bill: Bill = JSON.parse(readFileSync(path.join(written, 'sbom.cdx.json'), 'utf8'));
  const placeOf = ({ properties = [] }: Component) =>
    properties.find(({ name }) => name === 'cdx:npm:package:path')?.value;
  // What needs a package that is not for this system is not installed either: followed from what the server needs.
  const wanted = ['node_modules/onnxruntime-node', 'node_modules/sharp'];
  const billed: string[] = [];
  for (let place = wanted.pop(); place !== undefined; place = wanted.pop()) {
    const component =
      bill.components.find((one) => placeOf(one) === place) ?? expect.fail(`${place} is not in the bill`);
    const { os = [], cpu = [], libc = [] } = lock[place];
    const line = `${place} ${component.version}`;
    if (billed.includes(line) || !isFor({ os, cpu, libc }, here)) continue;
    billed.push(line);
    const needs = bill.dependencies.find(({ ref }) => ref === component['bom-ref'])?.dependsOn ?? [];
    wanted.push(...bill.components.filter((one) => needs.includes(one['bom-ref'])).map((one) => placeOf(one) ?? ''));
  }
  expect(
    Object.entries(tree)
      .map(([place, { version }]) => `${place} ${version}`)
      .sort(),
  ).toEqual([...billed].sort());
  // And each is on disk at that version.
  for (const line of billed) {
    const [place, version] = line.split(' ');
    expect(JSON.parse(readFileSync(path.join(written, place, 'package.json'), 'utf8')).version).toBe(version);
  }
});

it('every package that is inside the server file is in the bill, with a licence (fault 100)', () => {
  const bill: readonly (Component & { readonly licenses?: readonly unknown[] })[] = JSON.parse(
    readFileSync(path.join(written, 'sbom.cdx.json'), 'utf8'),
  ).components;
  const inlined = bill.filter(({ properties = [] }) => properties.some(({ value }) => value === 'inlined'));
  const names = inlined.map(({ group, name }) => (group === undefined ? name : `${group}/${name}`));
  const code = readFileSync(path.join(written, 'server/server.mjs'), 'utf8');
  const marks = [...code.matchAll(/^\/\/ (?:.*\/)?node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\//gm)].map(
    (match) => match[1],
  );
  expect(marks.length).toBeGreaterThan(20);
  expect([...new Set(marks)].filter((name) => !names.includes(name))).toEqual([]);
  expect(inlined.filter(({ licenses }) => licenses === undefined).map(({ name }) => name)).toEqual([]);
});

it('a lockfile with another hash installs nothing (fault 100)', async ({ skip }) => {
  const file = path.join(written, 'package-lock.json');
  const text = readFileSync(file, 'utf8');
  const lock = JSON.parse(text);
  const entry = lock.packages['node_modules/onnxruntime-common'];
  entry.integrity = `sha512-${Buffer.alloc(64, 1).toString('base64')}`;
  writeFileSync(file, JSON.stringify(lock));
  try {
    // The bundle itself says so too, without a network.
    expect((await rejects(() => openBundle(written), 'bundle-changed')).where.file).toBe('package-lock.json');
    rmSync(path.join(written, 'node_modules'), { recursive: true, force: true });
    const { status, said } = install();
    if (unreachable(said)) skip('the registry of npm cannot be reached');
    expect(status).not.toBe(0);
    expect(said).toContain('EINTEGRITY');
  } finally {
    writeFileSync(file, text);
  }
});
