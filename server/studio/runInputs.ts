import path from 'node:path';
import { Problem } from '../../core/problems/problem.ts';
import type { RunInputs } from '../../core/run/result.ts';
import type { RunInput } from '../../core/studio/api.ts';
import { openWorkspace } from '../../host/files/workspace.ts';
import type { Session } from './sessions.ts';

/** What a person chose for the public inputs, as the engine takes it. Files stay inside the pipeline's folder: `path-outside`, `file-missing`. */
export async function readRunInputs(session: Session, inputs: Readonly<Record<string, RunInput>>): Promise<RunInputs> {
  const workspace = await openWorkspace(session.folder);
  const given: Record<string, RunInputs[string]> = {};
  for (const [name, input] of Object.entries(inputs)) {
    if (input.form === 'text') given[name] = { kind: 'text', text: input.text };
    else if (input.form === 'json') given[name] = { kind: 'json', json: input.json };
    else {
      await workspace.resolvePath(input.path).catch((error: unknown) => {
        if (!(error instanceof Problem)) throw error;
        throw new Problem(error.data.code, { ...error.data, message: `Input "${name}": ${error.data.message}` });
      });
      given[name] = { kind: 'media', path: input.path, name: path.basename(input.path) };
    }
  }
  return given;
}
