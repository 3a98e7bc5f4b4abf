import path from 'node:path';
import { filesOf } from '../../../core/check/files.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import type { SampleInputs } from '../../../core/profile/bench.ts';
import type { RunInput } from '../../../core/studio/api.ts';
import type { BackEnd } from '../backEnd.ts';
import { readRunInputs } from '../runInputs.ts';
import { inTurn, type Session } from '../sessions.ts';

export interface GivenSample {
  readonly name: string;
  readonly inputs: Readonly<Record<string, RunInput>>;
}

/** What is measured on: the samples given, or those that stand in the document's own nodes. */
export function readSamples(
  back: BackEnd,
  session: Session,
  document: PipelineDocument,
  given: readonly GivenSample[] | undefined,
): Promise<readonly SampleInputs[]> {
  if (given === undefined) return Promise.resolve([{ name: ownName(back, document), inputs: {} }]);
  // Behind what is being put into its folder.
  return inTurn(session, async () => {
    const samples: SampleInputs[] = [];
    for (const { name, inputs } of given) samples.push({ name, inputs: await readRunInputs(session, inputs) });
    return samples;
  });
}

/** `storm.jpg + storm.wav`: the media that the document names. */
function ownName(back: BackEnd, document: PipelineDocument): string {
  const media = filesOf(document, back.registry).filter((file) => file.role === 'media');
  const names = [...new Set(media.map((file) => path.posix.basename(file.path)))];
  if (names.length === 0) return 'own sample';
  return names.length <= 4 ? names.join(' + ') : `${names.slice(0, 3).join(' + ')} + ${names.length - 3} more`;
}
