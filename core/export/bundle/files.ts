import { type RecordedSample, recordedText } from '../../serve/golden.ts';
import type { ExportFile, ExportInput, ExportTarget } from '../target.ts';
import { json } from './install.ts';
import { licenceFiles } from './licences.ts';
import { readme } from './readme.ts';

/** What a bundle holds that no target has a say in. */
export interface BundleContent {
  /** The pipeline's document as text. */
  readonly document: string;
  /** The server as one file. */
  readonly server: string;
  /** Text of Tributary's own licence. */
  readonly licence: string;
  /** Models, labels, samples, the user's own nodes. */
  readonly copies: readonly ExportFile[];
  readonly golden: readonly RecordedSample[];
}

/** Where a golden sample's record lies, by its place among them. */
export function goldenPath(at: number, sample: string): string {
  const plain = sample
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `golden/${String(at + 1).padStart(2, '0')}${plain === '' ? '' : `-${plain}`}.json`;
}

/** Everything of a bundle but what its target adds, the bill of materials and `bundle.json`, which tell of the rest. */
export function bundleFiles(input: ExportInput, target: ExportTarget, content: BundleContent): readonly ExportFile[] {
  const text = (path: string, text: string): ExportFile => ({ path, content: { text } });
  const pipeline = [
    text(input.document.path, content.document),
    ...content.copies,
    ...content.golden.map((recorded, at) => text(goldenPath(at, recorded.sample), recordedText(recorded))),
  ];
  const packages = target.bundle === 'server' ? input.packages : [];
  const about = [...licenceFiles(packages, input.files, content.licence), text('README.md', readme(input, target))];
  if (target.bundle === 'pipeline') return [...pipeline, ...about];
  return [
    text('server/server.mjs', content.server),
    text('package.json', input.install.packageJson),
    text('package-lock.json', input.install.packageLock),
    ...pipeline,
    ...about,
    text('openapi.json', json(input.openapi)),
  ];
}
