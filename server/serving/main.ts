import path from 'node:path';
import { makeLimits } from '../../core/define/limits.ts';
import { toProblemData } from '../../core/problems/problem.ts';
import { type Bundle, holdFiles, openBundle, readManifest } from '../../host/bundle/verify.ts';
import { goldenProblems, verifyGolden } from '../../host/bundle/verifyGolden.ts';
import { ownPath } from '../../host/files/userPath.ts';
import { addGolden } from './goldenRoute.ts';
import { type Started, startServing } from './start.ts';

/** The server of a bundle: serves what lies beside it, on what `bundle.json` says unless its environment says otherwise. */
async function main(): Promise<void> {
  // A signal may come while all this is loaded: there is nothing to bring to an end yet.
  let end = (): void => process.exit(0);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => end());
  const folder = path.resolve(process.env['TRIBUTARY_BUNDLE'] ?? ownPath(''));
  const manifest = await readManifest(folder);
  // Nodes of the user's own are code, and loaded to check the document: before all else is held against its hash.
  await holdFiles(
    folder,
    manifest.files.filter(({ path: file }) => manifest.nodes.includes(file)),
  );
  const limitOverrides = manifest.server.limits;
  let bundle: Bundle | null = null;
  let started: Started | null = null;
  let checked: Parameters<typeof verifyGolden>[1]['checked'] | null = null;
  started = await startServing({
    target: path.join(folder, manifest.document),
    host: process.env['TRIBUTARY_HOST'] ?? '0.0.0.0',
    port: Number(process.env['TRIBUTARY_PORT'] ?? manifest.server.port),
    version: manifest.version,
    limits: makeLimits(limitOverrides),
    limitOverrides,
    device: manifest.device,
    nodeFolders: manifest.nodes.length === 0 ? [] : [path.join(folder, 'nodes')],
    plugins: [
      (app, serving) =>
        addGolden(app, serving, () =>
          bundle === null || checked === null || started === null
            ? null
            : { bundle, checked, engine: started.runtime.engine },
        ),
    ],
    beforeLoad: async () => {
      bundle = await openBundle(folder);
    },
    readyChecks: [
      async ({ engine }) => {
        if (bundle === null || checked === null) return [];
        return goldenProblems(bundle.manifest, await verifyGolden(bundle, { engine, checked }));
      },
    ],
    exit: (code) => process.exit(code),
    tell: (event) => {
      if (event.event === 'listening') checked = event.pipeline.checked;
      const { pipeline: _, ...told } = { pipeline: null, ...event };
      process.stdout.write(`${JSON.stringify(told)}\n`);
    },
  });
  end = started.end;
  await started.runtime.load();
}

await main().catch((error: unknown) => {
  process.stderr.write(`${JSON.stringify({ level: 'fatal', ...toProblemData(error, 'internal') })}\n`);
  process.exit(1);
});
