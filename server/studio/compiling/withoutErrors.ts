import type { Checked } from '../../../core/check/checked.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { problemFrom } from '../../../core/problems/problem.ts';
import type { BackEnd } from '../backEnd.ts';
import { checkIn } from '../checking.ts';
import type { Session } from '../sessions.ts';

/** Checks a document, and throws the first of its errors. */
export async function withoutErrors(back: BackEnd, session: Session, document: PipelineDocument): Promise<Checked> {
  const checked = await checkIn(back, session, document);
  const wrong = checked.problems.find(({ severity }) => severity === 'error');
  if (wrong !== undefined) throw problemFrom(wrong);
  return checked;
}
