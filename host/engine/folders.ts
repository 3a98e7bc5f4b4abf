import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkDocument } from '../../core/check/check.ts';
import type { Checked } from '../../core/check/checked.ts';
import { filesOf } from '../../core/check/files.ts';
import type { Device, ModelHost, NodeHost } from '../../core/define/host.ts';
import type { Limits } from '../../core/define/limits.ts';
import { makeRegistry, type Registry } from '../../core/define/registry.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import type { MediaSource, Value } from '../../core/kinds/value.ts';
import type { ProblemData } from '../../core/problems/problem.ts';
import type { RunHost } from '../../core/run/host.ts';
import { builtinNodes } from '../../nodes/registry.ts';
import { makeAudioHost } from '../audio/host.ts';
import { readFacts } from '../files/facts.ts';
import { makeFileHost } from '../files/host.ts';
import { openWorkspace, type Workspace } from '../files/workspace.ts';
import { makeImageHost } from '../image/host.ts';
import { type ClosableModelHost, makeModelHost } from '../models/models.ts';
import { loadNodeFolder } from '../nodes/load.ts';
import { makeVideoHost } from '../video/host.ts';
import type { EngineOptions } from './messages.ts';

/** What serves the pipelines of one folder. */
export interface FolderHost {
  readonly workspace: Workspace;
  readonly node: NodeHost;
  readonly models: ClosableModelHost;
}

/** The hosts of this process, one for each folder and set of limits, kept so that models stay open. */
export class Folders {
  readonly #options: EngineOptions;
  readonly #onHang: (problem: ProblemData) => void;
  readonly #folders = new Map<string, Promise<FolderHost>>();
  readonly #alone = new Set<FolderHost>();
  readonly #hashes = new Map<string, string>();
  #registry: Promise<Registry> | null = null;

  constructor(options: EngineOptions, onHang: (problem: ProblemData) => void) {
    this.#options = options;
    this.#onHang = onHang;
  }

  async check(document: PipelineDocument, { workspace }: FolderHost): Promise<Checked> {
    this.#registry ??= loadRegistry(this.#options.nodeFolders ?? []);
    const registry = await this.#registry;
    const facts = await readFacts(workspace, filesOf(document, registry));
    return checkDocument(document, registry, (file) => facts.get(file));
  }

  folder(folder: string, limits: Limits): Promise<FolderHost> {
    const key = JSON.stringify([folder, limits]);
    let host = this.#folders.get(key);
    if (host === undefined) {
      host = this.#openFolder(folder, limits);
      host.catch(() => this.#folders.delete(key));
      this.#folders.set(key, host);
    }
    return host;
  }

  /** One that nobody else is given, and that `letGo` closes. */
  async openAlone(folder: string, limits: Limits): Promise<FolderHost> {
    const host = await this.#openFolder(folder, limits);
    this.#alone.add(host);
    return host;
  }

  async letGo(host: FolderHost): Promise<void> {
    await host.models.close();
    this.#alone.delete(host);
  }

  async #openFolder(folder: string, limits: Limits): Promise<FolderHost> {
    const workspace = await openWorkspace(folder);
    const files = makeFileHost({ workspace, limits });
    const { sourceBytes } = files;
    const resolveSource = workspace.resolveSource;
    const models = makeModelHost({
      limits,
      resolvePath: (name) => workspace.resolveAtOnce(name) ?? workspace.resolvePath(name),
      cores: this.#options.lanes ?? os.availableParallelism(),
      probeCacheFile: probeCacheFile(),
      onHang: this.#onHang,
    });
    const node: NodeHost = {
      image: makeImageHost({ limits, sourceBytes, resolveSource }),
      audio: makeAudioHost({ limits, resolveSource }),
      video: makeVideoHost({ limits, resolveSource }),
      files,
      models,
      limits,
      now: () => performance.now(),
      sleep: (ms, signal) => sleep(ms, undefined, { signal }),
    };
    return { workspace, node, models };
  }

  /** `device` takes the place of every `auto`. */
  runHost(node: NodeHost, device: Device | undefined): RunHost {
    const models: ModelHost = {
      open: (file, options, signal) =>
        node.models.open(file, device && options.device === 'auto' ? { ...options, device } : options, signal),
    };
    return {
      node: device ? { ...node, models } : node,
      parallelism: os.availableParallelism(),
      cacheSalt: device ?? 'auto',
      digest: (parts) => {
        const hash = createHash('sha256');
        for (const part of parts) hash.update(`${part.length}:`).update(part);
        return hash.digest('base64url');
      },
      contentKey: (given, signal) => this.#contentKey(given, signal),
      sample: (file) => ({ kind: 'media', path: file, name: file }),
    };
  }

  /** Every model host that was opened. */
  async models(): Promise<readonly ClosableModelHost[]> {
    const folders = await Promise.all(this.#folders.values());
    return [...folders, ...this.#alone].map((folder) => folder.models);
  }

  async #contentKey(given: MediaSource | Value, signal: AbortSignal): Promise<string | null> {
    if (given.kind !== 'media') return createHash('sha256').update(stableText(given)).digest('base64url');
    if (given.bytes !== undefined) return createHash('sha256').update(given.bytes).digest('base64url');
    if (given.path === undefined) return null;
    const file = await stat(given.path).catch(() => null);
    if (file === null || !file.isFile()) return null;
    const memo = `${given.path}\0${file.size}\0${file.mtimeMs}`;
    let known = this.#hashes.get(memo);
    if (known === undefined) {
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(given.path, { signal })) hash.update(chunk as Uint8Array);
      known = hash.digest('base64url');
      this.#hashes.set(memo, known);
    }
    return known;
  }
}

/** Built-in nodes and those of the user's folders. */
export async function loadRegistry(folders: readonly string[]): Promise<Registry> {
  const own = await Promise.all(folders.map((folder) => loadNodeFolder(folder)));
  return makeRegistry([...builtinNodes, ...own.flat()]);
}

/** Where it is remembered which models have opened before without harm. */
function probeCacheFile(): string {
  const base =
    process.env['TRIBUTARY_CACHE'] ??
    path.join(process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'tributary');
  return path.join(base, 'opened-models.json');
}

/** Text of a value for hashing: typed arrays by their bytes, the rest as JSON. */
function stableText(value: Value): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`;
    if (!ArrayBuffer.isView(part)) return part;
    return Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('base64');
  });
}
