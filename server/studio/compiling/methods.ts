import type { z } from 'zod';
import { requireDocument } from '../../../core/graph/entries.ts';
import { compareFused } from '../../../core/profile/compareFused.ts';
import type { studioSchemas } from '../../../core/studio/api.ts';
import { formOfPipeline, fusedDocument } from '../../../host/compile/fused.ts';
import type { BackEnd } from '../backEnd.ts';
import { ownFolderOf } from '../carrying.ts';
import type { Methods } from '../methods.ts';
import { readSamples } from '../profiling/samples.ts';
import { withHashes } from '../saving.ts';
import type { Session } from '../sessions.ts';
import { partNode } from './partNode.ts';
import { withoutErrors } from './withoutErrors.ts';
import { startCompile } from './writing.ts';

type Own = 'compiledForm' | 'startFusedCompare' | 'startCompile';
type CompareArgs = z.output<typeof studioSchemas.startFusedCompare>;

/** The compiler's methods of the contract. */
export function compilingMethods(back: BackEnd): Pick<Methods, Own> {
  const { sessions } = back;
  return {
    compiledForm: async (client, { session: id, document, form }) => {
      const session = sessions.get(client, id);
      const checked = await withoutErrors(back, session, requireDocument(document));
      return formOfPipeline(checked, session.folder, form ?? 'fused');
    },
    startFusedCompare: async (client, args) => ({
      job: startFusedCompare(back, sessions.get(client, args.session), args),
    }),
    startCompile: async (client, args) => ({ job: startCompile(back, sessions.get(client, args.session), args) }),
  };
}

/** Runs a document node by node and compiled, in turns. */
function startFusedCompare(back: BackEnd, session: Session, args: CompareArgs): string {
  const given = requireDocument(args.document);
  return back.jobs.start(session, 'fused', async (tools) => {
    // Compiled files are kept beside the pipeline, whose folder must not be a sample's.
    const folder = await ownFolderOf(back, session);
    const document = await withHashes(back, folder, given);
    const checked = await withoutErrors(back, session, document);
    tools.onProgress({ done: 0, words: 'compiling' });
    const fused = await fusedDocument(checked, folder, partNode(back.registry));
    const samples = await readSamples(back, session, document, args.samples);
    const createdAt = new Date().toISOString();
    const comparison = await compareFused({
      bench: back.bench,
      target: { folder, samples, ...(args.device === undefined ? {} : { device: args.device }) },
      plain: { id: 'plain', label: 'node by node', createdAt, document },
      fused: fused.document,
      form: fused.form,
      createdAt,
      listeners: tools,
      ...(args.budgetMs === undefined ? {} : { budgetMs: args.budgetMs }),
    });
    return { profile: null, fused: comparison };
  });
}
