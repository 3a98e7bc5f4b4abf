import { checkDocument } from '../../core/check/check.ts';
import type { Checked } from '../../core/check/checked.ts';
import { filesOf } from '../../core/check/files.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import { readFacts } from '../../host/files/facts.ts';
import { openWorkspace } from '../../host/files/workspace.ts';
import type { BackEnd } from './backEnd.ts';
import type { Session } from './sessions.ts';

/** Holds a document against the nodes and files at hand. Files are read again only when their size or time changes. */
export async function checkIn(back: BackEnd, session: Session, document: PipelineDocument): Promise<Checked> {
  const facts = await readFacts(await openWorkspace(session.folder), filesOf(document, back.registry));
  return checkDocument(document, back.registry, (file) => facts.get(file));
}
