import path from 'node:path';
import { toProblemData } from '../../core/problems/problem.ts';
import { ownPath } from '../../host/files/userPath.ts';
import { fromBundle, isBundle } from './fromBundle.ts';
import { contractOf, type HostingContract } from './protocols/environment.ts';
import { openSecurity, readTls } from './security/security.ts';
import { type ServerEvent, startServing } from './start.ts';
import type { LogLevel } from './watch/logs.ts';
import { makeWatching } from './watch/watching.ts';

/** The server of a bundle: serves what lies beside it, on what `bundle.json` says unless its environment says otherwise. */
async function main(env: NodeJS.ProcessEnv): Promise<void> {
  // A signal may come while all this is loaded: there is nothing to bring to an end yet.
  let end = (): void => process.exit(0);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => end());
  const hosting = contractOf(env);
  const { manifest, options, heard } = await fromBundle(await bundleFolder(env, hosting));
  const traced = env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  const watching = makeWatching({
    log: logLevel(env['TRIBUTARY_LOG']),
    traces: traced === undefined ? null : { serviceName: manifest.name, serviceVersion: manifest.version },
  });
  const security = await openSecurity({
    apiKeys: set(env['TRIBUTARY_API_KEYS']),
    jwks: set(env['TRIBUTARY_JWKS']),
    jwtIssuer: set(env['TRIBUTARY_JWT_ISSUER']),
    jwtAudience: set(env['TRIBUTARY_JWT_AUDIENCE']),
    corsOrigins: set(env['TRIBUTARY_CORS_ORIGINS'])?.split(','),
  });
  const started = await startServing({
    ...options,
    security,
    https: await readTls(set(env['TRIBUTARY_TLS_CERT']), set(env['TRIBUTARY_TLS_KEY'])),
    bundles: set(env['TRIBUTARY_BUNDLES']),
    journalFile: set(env['TRIBUTARY_JOURNAL']),
    host: env['TRIBUTARY_HOST'] ?? '0.0.0.0',
    port: hosting.port ?? numberOf(env['TRIBUTARY_PORT']) ?? manifest.server.port,
    grpcPort: numberOf(env['TRIBUTARY_GRPC_PORT']) ?? manifest.server.grpcPort,
    inProcess: env['TRIBUTARY_IN_PROCESS'] === 'true',
    hosting,
    watching,
    exit: (code) => process.exit(code),
    tell: (event) => {
      heard(event);
      watching.log.info(toldAs(event), event.event);
    },
  });
  end = started.end;
  await started.runtime.load();
}

/** A platform's model folder that holds a bundle goes before the one that the image was built with. */
async function bundleFolder(env: NodeJS.ProcessEnv, { modelFolder }: HostingContract): Promise<string> {
  const named = env['TRIBUTARY_BUNDLE'];
  if (named !== undefined && named !== '') return path.resolve(named);
  if (modelFolder !== null && (await isBundle(modelFolder))) return modelFolder;
  return ownPath('');
}

/** Variables that are there and empty count as not given. */
function set(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}

const levels: readonly LogLevel[] = ['silent', 'error', 'warn', 'info', 'debug'];

function logLevel(text: string | undefined): LogLevel {
  return levels.find((level) => level === text) ?? 'info';
}

function toldAs(event: ServerEvent): object {
  if (event.event !== 'listening') return event;
  const { port, grpcPort, pipeline } = event;
  return { port, grpcPort, pipeline: pipeline.name, title: pipeline.document.name };
}

await main(process.env).catch((error: unknown) => {
  process.stderr.write(`${JSON.stringify({ level: 'fatal', ...toProblemData(error, 'internal') })}\n`);
  process.exit(1);
});
