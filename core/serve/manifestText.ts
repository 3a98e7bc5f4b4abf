import { Problem } from '../problems/problem.ts';
import { type Manifest, manifestFormat, manifestName, manifestSchema, manifestVersion } from './manifest.ts';

/** What the content hash is taken of: everything in the manifest but itself, keys in order. */
export function hashedText(manifest: Omit<Manifest, 'contentHash'>): string {
  const { contentHash: _, ...rest } = manifest as Manifest;
  return JSON.stringify(sorted(rest));
}

export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 1)}\n`;
}

/** Reads `bundle.json`. `digest` gives the sha256 of a text in hex. Throws `bundle-invalid`, and `bundle-changed` for one that was edited. */
export function parseManifest(text: string, digest: (text: string) => string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid('it is not JSON', cause);
  }
  if (typeof json !== 'object' || json === null || !('format' in json) || json.format !== manifestFormat)
    throw invalid(`it does not say that it is a ${manifestFormat}`);
  if ('schemaVersion' in json && typeof json.schemaVersion === 'number' && json.schemaVersion > manifestVersion)
    throw new Problem('bundle-invalid', {
      message: `${manifestName} was written by a newer Tributary (version ${json.schemaVersion} of its form; this one reads ${manifestVersion}).`,
      fix: 'Use the server that came with the bundle, or update Tributary.',
      where: { file: manifestName },
    });
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(`${issue.path.join('.') || 'the whole'} ${issue.message}`);
  }
  if (digest(hashedText(parsed.data)) !== parsed.data.contentHash)
    throw new Problem('bundle-changed', {
      message: `${manifestName} is not as it was exported: its own hash does not fit.`,
      fix: 'Copy the bundle again, or export it anew with what is wanted.',
      where: { file: manifestName },
    });
  return parsed.data;
}

function invalid(why: string, cause?: unknown): Problem {
  return new Problem('bundle-invalid', {
    message: `${manifestName} cannot be read: ${why}.`,
    fix: 'Name the folder that `tributary export` wrote; if this is it, export again.',
    where: { file: manifestName },
    cause,
  });
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, entry]) => [key, sorted(entry)]));
}
