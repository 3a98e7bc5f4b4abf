import type { BundledPackage, PipelineFile } from '../target.ts';
import { json, oneLine } from './install.ts';

/** What a bill of materials is made of. */
export interface BillInput {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly tributary: string;
  readonly packages: readonly BundledPackage[];
  readonly files: readonly PipelineFile[];
  /** Sha256 in hex over what the bundle holds: its serial number, so that two exports are the same. */
  readonly contentHash: string;
}

/**
 * A bill of materials by CycloneDX 1.6: packages inside the server file, packages that the lockfile installs (those for
 * other systems are optional), models and other files of the pipeline. Without a time, as the schema allows.
 */
export function billOfMaterials(input: BillInput): string {
  const own = `pkg:generic/${input.name}@${encodeURIComponent(input.version)}`;
  const packages = unique(input.packages);
  const refs = new Map(packages.map((one) => [one.path, refOf(one)]));
  const components = [...packages.map(packageComponent), ...input.files.map(fileComponent)];
  const dependencies = [
    { ref: own, dependsOn: [...new Set(components.map((one) => one['bom-ref']))].sort() },
    ...packages
      .filter((one) => one.how === 'installed')
      .map((one) => ({
        ref: refOf(one),
        dependsOn: [...new Set(one.dependencies.flatMap((path) => refs.get(path) ?? []))].sort(),
      })),
  ];
  return json({
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(input.contentHash)}`,
    version: 1,
    metadata: {
      tools: { components: [{ type: 'application', name: 'tributary', version: input.tributary }] },
      component: {
        type: 'application',
        'bom-ref': own,
        name: input.name,
        version: input.version,
        description: oneLine(input.title),
        purl: own,
      },
    },
    components,
    dependencies,
  });
}

function packageComponent(one: BundledPackage) {
  const [scope, name] = one.name.startsWith('@') ? one.name.split('/') : [null, one.name];
  const hash = /^sha512-([A-Za-z0-9+/]+={0,2})$/.exec(one.integrity)?.[1];
  return {
    type: 'library',
    'bom-ref': refOf(one),
    ...(scope === null ? {} : { group: scope }),
    name,
    version: one.version,
    scope: one.optional ? 'optional' : 'required',
    ...(hash === undefined ? {} : { hashes: [{ alg: 'SHA-512', content: hexOfBase64(hash) }] }),
    ...(one.licence === '' ? {} : { licenses: licencesOf(one.licence) }),
    purl: purlOf(one),
    properties: [
      { name: 'tributary:how', value: one.how },
      ...(one.path === '' ? [] : [{ name: 'cdx:npm:package:path', value: one.path }]),
    ],
  };
}

function fileComponent(file: PipelineFile) {
  return {
    type: file.role === 'model' ? 'machine-learning-model' : 'data',
    'bom-ref': `file:${encodeURI(file.bundled)}`,
    name: oneLine(file.path),
    hashes: [{ alg: 'SHA-256', content: file.sha256 }],
    ...(file.licence === null || oneLine(file.licence) === ''
      ? {}
      : { licenses: [{ license: { name: oneLine(file.licence) } }] }),
    ...(file.source === null || oneLine(file.source) === ''
      ? {}
      : { properties: [{ name: 'tributary:source', value: oneLine(file.source) }] }),
  };
}

/** An expression as npm packages say it, or a name where it is none. */
function licencesOf(licence: string) {
  const plain = /^[A-Za-z0-9.+-]+$/.test(licence);
  const expression = /^[A-Za-z0-9.+() -]+$/.test(licence) && /\b(AND|OR|WITH)\b/.test(licence);
  if (expression) return [{ expression: licence }];
  // A single one is an expression too, by its SPDX id; what has other signs is somebody's own words.
  return plain && !/^see/i.test(licence) ? [{ expression: licence }] : [{ license: { name: oneLine(licence) } }];
}

function purlOf({ name, version }: BundledPackage): string {
  return `pkg:npm/${name.replace(/^@/, '%40')}@${encodeURIComponent(version)}`;
}

/** One package may be inlined and installed, or installed twice: each place is a component of its own. */
function refOf(one: BundledPackage): string {
  return one.how === 'inlined' ? `${purlOf(one)}#inlined` : `${purlOf(one)}#${encodeURI(one.path)}`;
}

function unique(packages: readonly BundledPackage[]): readonly BundledPackage[] {
  return [...new Map(packages.map((one) => [refOf(one), one])).values()];
}

/** A UUID of version 8 (RFC 9562), its bits taken from a hash. */
export function uuidOf(hash: string): string {
  const variant = '89ab'[Number.parseInt(hash[16], 16) % 4];
  const hex = `${hash.slice(0, 12)}8${hash.slice(13, 16)}${variant}${hash.slice(17, 32)}`;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function hexOfBase64(text: string): string {
  let hex = '';
  let [bits, held] = [0, 0];
  for (const sign of text) {
    if (sign === '=') break;
    held = ((held << 6) | alphabet.indexOf(sign)) & 0xffff;
    bits += 6;
    while (bits >= 8) {
      bits -= 8;
      hex += ((held >> bits) & 255).toString(16).padStart(2, '0');
    }
  }
  return hex;
}
