import path from 'node:path';
import { Problem } from '../core/problems/problem.ts';
import type { Profile } from '../core/profile/profile.ts';
import { type ExportFormat, exportFormats } from '../core/studio/api.ts';
import { replaceFile } from '../host/files/documentFile.ts';
import { makeFolder } from '../host/files/userPath.ts';
import { exportProfile } from '../host/report/exportProfile.ts';

/** Writes a profile in another form, over what is there. Throws `output-unwritable`. */
export async function writeExport(
  profile: Profile,
  trace: () => Promise<Uint8Array>,
  format: ExportFormat,
  to: string,
): Promise<void> {
  const file = path.resolve(to);
  await makeFolder(path.dirname(file));
  const pieces: Uint8Array[] = [];
  for await (const piece of exportProfile(profile, trace, format)) pieces.push(piece);
  await replaceFile(file, Buffer.concat(pieces));
}

/** What `--export format=path` options mean. Throws `usage`. */
export function exportsOf(
  pairs: readonly string[],
): readonly { readonly format: ExportFormat; readonly path: string }[] {
  return pairs.map((pair) => {
    const at = pair.indexOf('=');
    const format = exportFormats.find((name) => name === pair.slice(0, at));
    const path = pair.slice(at + 1);
    if (at < 1 || format === undefined || path === '')
      throw new Problem('usage', {
        message: `--export ${JSON.stringify(pair)} is not format=path.`,
        fix: `Formats are ${exportFormats.join(', ')}; for example: --export html=report.html`,
      });
    return { format, path };
  });
}
