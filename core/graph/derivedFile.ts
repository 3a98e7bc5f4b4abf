import { added } from './changes.ts';
import type { PipelineDocument } from './document.ts';
import type { Change } from './edit.ts';

/**
 * Records a file that was made from another one of the document: its licence is that of the other, its source says
 * where from and how. No change when the other is not recorded either.
 */
export function derivedFile(
  document: PipelineDocument,
  from: string,
  made: { readonly path: string; readonly sha256: string; readonly how: string },
): readonly Change[] {
  const origin = document.files.find((file) => file.path === from);
  if (origin === undefined) return [];
  const { path, sha256, how } = made;
  const entry = {
    path,
    sha256,
    ...(origin.licence === undefined ? {} : { licence: origin.licence }),
    source: `${origin.source ?? from}; ${how}`,
  };
  const index = document.files.findIndex((file) => file.path === path);
  if (index < 0) return added(document, 'files', entry);
  return [{ in: 'files', index, before: document.files[index], after: entry }];
}
