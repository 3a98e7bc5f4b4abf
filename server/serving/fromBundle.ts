import path from 'node:path';
import type { Checked } from '../../core/check/checked.ts';
import { makeLimits } from '../../core/define/limits.ts';
import { type DriftReference, parseReference } from '../../core/serve/drift/reference.ts';
import { type Manifest, manifestName } from '../../core/serve/manifest.ts';
import { type Bundle, holdFiles, openBundle, readManifest } from '../../host/bundle/verify.ts';
import { goldenProblems, verifyGolden } from '../../host/bundle/verifyGolden.ts';
import { decodeUtf8, readWhole } from '../../host/files/host.ts';
import { kindOfPath } from '../../host/files/userPath.ts';
import { addGolden, type GoldenSubject } from './goldenRoute.ts';
import type { OpenedPipeline } from './open.ts';
import type { Runtime } from './runtime.ts';
import type { ServerEvent, StartOptions } from './start.ts';

/** What a server takes from a bundle: what to serve, and what must hold before it is ready. */
export interface FromBundle {
  readonly manifest: Manifest;
  readonly options: Pick<
    StartOptions,
    | 'target'
    | 'version'
    | 'limits'
    | 'limitOverrides'
    | 'device'
    | 'nodeFolders'
    | 'plugins'
    | 'beforeLoad'
    | 'readyChecks'
    | 'reference'
  >;
  /** To be told of the pipeline once it was opened. */
  opened(pipeline: Pick<OpenedPipeline, 'checked'>): void;
  /** To be told what `startServing` tells. */
  heard(event: ServerEvent): void;
}

const mostReferenceBytes = 64 * 1024 * 1024;

export async function isBundle(folder: string): Promise<boolean> {
  return (await kindOfPath(path.join(folder, manifestName))) === 'file';
}

/**
 * Reads a bundle, and no more of it than `bundle.json` and code that is loaded to check the document, which is held
 * against its hash first. Every other file is held against its own before anything is opened, and the golden samples
 * must come out again before it is ready. Throws `bundle-invalid` and `bundle-changed`.
 */
export async function fromBundle(
  folder: string,
  overrides: Readonly<Record<string, number>> = {},
): Promise<FromBundle> {
  const root = path.resolve(folder);
  const manifest = await readManifest(root);
  const isCode = (file: string): boolean => manifest.nodes.includes(file);
  await holdFiles(
    root,
    manifest.files.filter((file) => isCode(file.path)),
  );
  const limitOverrides = { ...manifest.server.limits, ...overrides };
  const reference = manifest.drift === null ? undefined : await readReference(root, manifest, manifest.drift);
  let bundle: Bundle | null = null;
  let checked: Checked | null = null;
  let runtime: Runtime | null = null;
  const subject = (): GoldenSubject | null =>
    bundle === null || checked === null || runtime === null ? null : { bundle, checked, engine: runtime.engine };
  return {
    manifest,
    options: {
      target: path.join(root, manifest.document),
      version: manifest.version,
      reference,
      limits: makeLimits(limitOverrides),
      limitOverrides,
      device: manifest.device,
      nodeFolders: manifest.nodes.length === 0 ? [] : [path.join(root, 'nodes')],
      plugins: [(app, serving) => addGolden(app, serving, subject)],
      beforeLoad: async () => {
        bundle = await openBundle(root);
      },
      readyChecks: [
        async (loaded) => {
          runtime = loaded;
          const found = subject();
          return found === null ? [] : goldenProblems(found.bundle.manifest, await verifyGolden(found.bundle, found));
        },
      ],
    },
    opened: (pipeline) => {
      checked = pipeline.checked;
    },
    heard: (event) => {
      if (event.event === 'listening') checked = event.pipeline.checked;
    },
  };
}

async function readReference(root: string, manifest: Manifest, file: string): Promise<DriftReference> {
  await holdFiles(
    root,
    manifest.files.filter(({ path: name }) => name === file),
  );
  const bytes = await readWhole(path.join(root, file), { name: file, maxBytes: mostReferenceBytes });
  return parseReference(JSON.parse(decodeUtf8(bytes, file)), file);
}
