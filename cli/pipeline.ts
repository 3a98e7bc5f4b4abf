import { checkDocument } from '../core/check/check.ts';
import type { Checked } from '../core/check/checked.ts';
import { filesOf } from '../core/check/files.ts';
import { type LimitName, type Limits, limitTable, makeLimits } from '../core/define/limits.ts';
import { makeRegistry, type Registry } from '../core/define/registry.ts';
import { nearestName } from '../core/problems/nearestName.ts';
import { Problem } from '../core/problems/problem.ts';
import { type OpenedDocument, openDocument } from '../host/files/documentFile.ts';
import { readFacts } from '../host/files/facts.ts';
import { openWorkspace } from '../host/files/workspace.ts';
import { loadNodeFolder } from '../host/nodes/load.ts';
import { builtinNodes } from '../nodes/registry.ts';

export interface PipelineOptions {
  readonly nodes?: readonly string[];
  readonly limit?: readonly string[];
}

/** A pipeline that was opened and checked; it may have problems. */
export interface Pipeline {
  readonly opened: OpenedDocument;
  readonly registry: Registry;
  readonly limits: Limits;
  /** Only what the user set. */
  readonly limitOverrides: Readonly<Record<string, number>>;
  readonly checked: Checked;
}

/** Built-in nodes and those of the folders named by --nodes. */
export async function loadRegistry(folders: readonly string[] = []): Promise<Registry> {
  const own = [];
  for (const folder of folders) own.push(...(await loadNodeFolder(folder)));
  return makeRegistry([...builtinNodes, ...own]);
}

/** Opens a document and holds it against the nodes and files at hand. Throws only for what cannot be opened at all. */
export async function openPipeline(target: string, options: PipelineOptions): Promise<Pipeline> {
  const limitOverrides = parseLimits(options.limit ?? []);
  const limits = makeLimits(limitOverrides);
  const opened = await openDocument(target, limits);
  const registry = await loadRegistry(options.nodes);
  const workspace = await openWorkspace(opened.folder);
  const facts = await readFacts(workspace, filesOf(opened.document, registry));
  const checked = checkDocument(opened.document, registry, (path) => facts.get(path));
  return { opened, registry, limits, limitOverrides, checked };
}

/** `name=value` pairs; sizes may end in k, m or g (times 1024). Throws `usage`. */
export function parseLimits(pairs: readonly string[]): Readonly<Record<string, number>> {
  const limits: Record<string, number> = {};
  for (const pair of pairs) {
    const [, name, digits, unit] = /^([A-Za-z]+)=(\d+(?:\.\d+)?)([kmg]?)$/i.exec(pair) ?? [];
    if (name === undefined) {
      throw new Problem('usage', {
        message: `--limit ${JSON.stringify(pair)} is not name=value.`,
        fix: 'For example: --limit imagePixels=200000000, or --limit audioBytes=512m.',
      });
    }
    if (!Object.hasOwn(limitTable, name)) {
      const near = nearestName(name, Object.keys(limitTable));
      throw new Problem('usage', {
        message: `No limit is called "${name}".`,
        fix: near === null ? 'See `tributary limits`.' : `Did you mean ${near}? See \`tributary limits\`.`,
      });
    }
    limits[name as LimitName] = Number(digits) * 1024 ** ['', 'k', 'm', 'g'].indexOf(unit.toLowerCase());
  }
  return limits;
}

/** Collects an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
