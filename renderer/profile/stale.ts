import type { PipelineDocument } from '../../core/graph/document.ts';
import { runsTheSame } from '../../core/profile/documentHash.ts';
import type { Profile } from '../../core/profile/profile.ts';
import { differenceText, documentDifferences } from '../preview/documentDifference.ts';

/** Whether the document does something else than what was measured. */
export function isStale(profile: Pick<Profile, 'document'>, document: PipelineDocument): boolean {
  if (isOfCompiled(profile, document)) return false;
  return profile.document !== document && !runsTheSame(profile.document, document);
}

/** Whether a compiled form of a pipeline was measured: it has parts in place of nodes, which the pipeline has not. */
export function isOfCompiled(profile: Pick<Profile, 'document'>, document: PipelineDocument): boolean {
  const isPart = ({ type }: { readonly type: string }): boolean => type === 'model.part';
  return profile.document.nodes.some(isPart) && !document.nodes.some(isPart);
}

/** What was changed since the profile, in words: the first few, and how many more. */
export function changesSince(profile: Pick<Profile, 'document'>, document: PipelineDocument, most = 2): string {
  const changes = documentDifferences(profile.document, document).map(differenceText);
  if (changes.length === 0) return 'what feeds the pipeline or its files changed';
  const rest = changes.length - most;
  return `${changes.slice(0, most).join('; ')}${rest > 0 ? `; ${rest} more` : ''}`;
}
