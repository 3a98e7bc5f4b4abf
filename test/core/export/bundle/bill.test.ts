import { createRequire } from 'node:module';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { expect, it } from 'vitest';
import { json, oneLine, packageJson, packageLock, type ServerParts } from '../../../../core/export/bundle/install.ts';
import { cell, licenceFiles } from '../../../../core/export/bundle/licences.ts';
import { isFor, packagesOf } from '../../../../core/export/bundle/packages.ts';
import { billOfMaterials, uuidOf } from '../../../../core/export/bundle/sbom.ts';
import { hostileTexts } from '../hostile.ts';

const parts: ServerParts = {
  dependencies: { sharp: '0.35.5' },
  lock: {
    'node_modules/@img/sharp-linux-x64': {
      version: '0.35.5',
      license: 'Apache-2.0',
      optional: true,
      os: ['linux'],
      cpu: ['x64'],
      libc: ['glibc'],
      integrity: `sha512-${Buffer.alloc(64, 7).toString('base64')}`,
    },
    'node_modules/sharp': {
      version: '0.35.5',
      license: 'Apache-2.0',
      optionalDependencies: { '@img/sharp-linux-x64': '0.35.5' },
      dependencies: { semver: '^7' },
    },
    'node_modules/semver': { version: '7.0.0', license: 'ISC' },
    'node_modules/sharp/node_modules/semver': { version: '8.0.0', license: '(MIT OR CC0-1.0)' },
  },
  inlined: [{ name: 'zod', version: '4.0.0', licence: 'SEE LICENSE IN x', folder: 'node_modules/zod' }],
  licences: { 'node_modules/zod': ['MIT text'] },
};
const files = (licence: string | null) => [
  {
    path: 'models/a.onnx',
    bundled: 'pipeline/models/a.onnx',
    bytes: 3,
    sha256: 'b'.repeat(64),
    licence,
    source: licence,
    role: 'model' as const,
  },
  {
    path: 'media/a.jpg',
    bundled: 'pipeline/media/a.jpg',
    bytes: 3,
    sha256: 'c'.repeat(64),
    licence: null,
    source: null,
    role: 'media' as const,
  },
];

function bill(title: string, licence: string | null): string {
  return billOfMaterials({
    name: 'scenes',
    title,
    version: '1.4.0',
    tributary: '0.1.0',
    packages: packagesOf(parts),
    files: files(licence),
    contentHash: 'ab'.repeat(32),
  });
}

it('is CycloneDX 1.6 by its own schema, whatever names and licences are called', async () => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  // The library's validator needs packages that it does not bring.
  createRequire(import.meta.url).resolve('ajv-formats-draft2019');
  for (const text of ['Scenes', ...hostileTexts])
    expect(await validator.validate(bill(text, text)), JSON.stringify(text)).toBeNull();
  expect(await validator.validate(bill('Scenes', 'CC BY 4.0 <https://x>'))).toBeNull();
  expect(await validator.validate(bill('Scenes', null).replace('"CycloneDX"', '"Other"'))).not.toBeNull();
});

it('names packages by place, their hashes and what they need; serial number from the content', () => {
  const found = JSON.parse(bill('Scenes', 'MIT'));
  const names = found.components.map((one: { group?: string; name: string }) => `${one.group ?? ''}${one.name}`);
  expect(names).toEqual(['@imgsharp-linux-x64', 'semver', 'semver', 'sharp', 'zod', 'models/a.onnx', 'media/a.jpg']);
  expect(found.components[0]).toMatchObject({
    scope: 'optional',
    hashes: [{ alg: 'SHA-512', content: '07'.repeat(64) }],
    purl: 'pkg:npm/%40img/sharp-linux-x64@0.35.5',
  });
  const sharp = found.dependencies.find(({ ref }: { ref: string }) => ref.startsWith('pkg:npm/sharp@'));
  // The one inside its own folder, as Node would find it.
  expect(sharp.dependsOn).toEqual([
    'pkg:npm/%40img/sharp-linux-x64@0.35.5#node_modules/@img/sharp-linux-x64',
    'pkg:npm/semver@8.0.0#node_modules/sharp/node_modules/semver',
  ]);
  expect(found.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuidOf('ab'.repeat(32))).not.toBe(uuidOf('ac'.repeat(32)));
  expect(bill('Scenes', null)).toBe(bill('Scenes', null));
  expect(found.metadata.timestamp).toBeUndefined();
});

it('packages are for the systems that they say', () => {
  const [image] = packagesOf(parts);
  expect(isFor(image, { os: 'linux', cpu: 'x64', libc: 'glibc' })).toBe(true);
  expect(isFor(image, { os: 'linux', cpu: 'x64', libc: 'musl' })).toBe(false);
  expect(isFor(image, { os: 'darwin', cpu: 'x64', libc: '' })).toBe(false);
  expect(isFor({ os: ['!win32'], cpu: [], libc: [] }, { os: 'linux', cpu: 'x64', libc: 'glibc' })).toBe(true);
});

it('package.json pins what the lockfile pins', () => {
  const manifest = JSON.parse(packageJson('scenes', 'a\nb', parts));
  const lock = JSON.parse(packageLock('scenes', parts));
  expect(manifest).toMatchObject({
    name: 'bundle-scenes',
    dependencies: { sharp: '0.35.5' },
    description: 'a b, served by Tributary.',
  });
  expect(lock.packages[''].dependencies).toEqual(manifest.dependencies);
  expect(lock.name).toBe(manifest.name);
  expect(Object.keys(lock.packages)).toContain('node_modules/sharp/node_modules/semver');
  expect(json({ a: 1 })).toBe('{\n  "a": 1\n}\n');
});

it('licences: a text for each package that brings one, and no word of anybody is Markdown', () => {
  const found = licenceFiles(packagesOf(parts), files('a|b\n# c <b>'), 'Apache');
  expect(found.map(({ path }) => path)).toEqual([
    'LICENSES/tributary.txt',
    'LICENSES/zod-4.0.0.txt',
    'LICENSES/README.md',
  ]);
  const page = found.at(-1)?.content;
  const text = page !== undefined && 'text' in page ? page.text : '';
  expect(text).toContain('| models/a.onnx | a\\|b \\# c \\<b\\> |');
  expect(text.match(/^#/gm)).toHaveLength(3);
  expect(cell('`x`')).toBe('\\`x\\`');
  expect(oneLine('a\u2028b\u202ec')).toBe('a b c');
});
