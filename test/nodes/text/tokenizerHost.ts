import type { NodeHost } from '../../../core/define/host.ts';
import type { LimitName } from '../../../core/define/limits.ts';
import { makeLimits } from '../../../core/define/limits.ts';
import { Problem } from '../../../core/problems/problem.ts';
import { pureHost } from '../../pure-host.ts';
import { tokenizerJson, tokenizerNames } from '../../reference/tokenizerCases.ts';

/** A host whose only files are the three recorded tokenizers, and those given. */
export function tokenizerHost(
  more: Readonly<Record<string, string>> = {},
  limits: Partial<Record<LimitName, number>> = {},
): NodeHost & { readonly reads: readonly string[] } {
  const files = new Map(Object.entries(more));
  for (const name of tokenizerNames) files.set(`tokenizer-${name}.json`, tokenizerJson(name));
  const reads: string[] = [];
  const base = pureHost({ limits: makeLimits(limits) });
  return {
    ...base,
    reads,
    files: {
      ...base.files,
      bytes: async (path) => {
        reads.push(path);
        const text = files.get(path);
        if (text !== undefined) return new TextEncoder().encode(text);
        throw new Problem('file-missing', { message: `"${path}" is not there.`, fix: 'Check the path.' });
      },
    },
  };
}
