import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Device, devices } from '../core/define/host.ts';
import { makeLimits } from '../core/define/limits.ts';
import type { ServerEvent } from '../server/serving/start.ts';
import type { LogLevel } from '../server/serving/watch/logs.ts';
import type { TraceOptions } from '../server/serving/watch/traces.ts';
import { collect, parseLimits } from './pipeline.ts';
import { makeVoice, print, type Voice } from './report.ts';
import { printable, sign, styled } from './terminal.ts';

interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly grpcPort?: number;
  readonly device?: Device;
  readonly jobs?: number;
  readonly queue?: number;
  readonly decodedBytes?: number;
  readonly deadline?: number;
  readonly lanes?: number;
  readonly inProcess?: boolean;
  readonly batch?: number;
  readonly batchWait?: number;
  readonly copies?: number;
  readonly grace?: number;
  readonly drain?: number;
  readonly nodes?: readonly string[];
  readonly limit?: readonly string[];
  readonly log: LogLevel;
  readonly apiKeys?: string;
  readonly jwks?: string;
  readonly jwtIssuer?: string;
  readonly jwtAudience?: string;
  readonly cors?: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly bundles?: string;
  readonly journal?: string;
  readonly json?: boolean;
}

const more = `
Serves at once, and is ready (GET /readyz) when the pipeline is loaded, warmed up and verified. SIGTERM ends it: told as
not ready at once, it goes on for 5 s, answers what it has taken and exits with 0.

Examples:
  tributary serve my-pipeline.tributary.json
  tributary serve my-pipeline.tributary.json --host 0.0.0.0 --port 8000 --batch 8 --batch-wait 2
  curl -F image=@cat.jpg http://127.0.0.1:8080/predict`;

export function addServe(program: Command): Command {
  return program
    .command('serve')
    .description('Serve a pipeline over HTTP: predict, OpenAPI, health, a page to try it on.')
    .argument('<pipeline>', 'a .tributary.json file, a folder that holds one, or a bundle')
    .option('-p, --port <number>', 'listen on this port, 0 for any', portNumber, 8080)
    .option('--grpc-port <number>', 'answer over gRPC on this port, too; 0 for any', portNumber)
    .option('--host <address>', 'listen on this address; 0.0.0.0 for all', '127.0.0.1')
    .addOption(new Option('--device <name>', 'run models that say "auto" on this device').choices(devices))
    .option('--jobs <number>', 'requests that run at once (default: two per core, times the batch)', whole(1))
    .option('--queue <number>', 'requests that may wait for each that runs (default: 4)', whole(0))
    .option('--decoded-bytes <number>', 'decoded bytes of all requests under way', whole(1))
    .option('--deadline <ms>', "a request's deadline from its arrival (default: 30000)", whole(1))
    .option('--batch <number>', 'join up to so many requests in a model, where it allows it', whole(1))
    .option('--batch-wait <ms>', 'how long an idle model waits for a batch to fill', whole(0))
    .option('--copies <number>', 'lanes in which each model is open at once; 0: chosen', whole(0))
    .option('--lanes <number>', 'threads that models run in (default: one per core)', whole(1))
    .option('--in-process', "run models in the server's own process: quicker, and a crash in one ends the server")
    .option('--grace <ms>', 'after SIGTERM: how long it goes on as before (default: 5000)', whole(0))
    .option('--drain <ms>', 'after that: how long what is under way may take (default: 20000)', whole(0))
    .option('--nodes <folder>', "also load this folder's nodes; their code runs (may be repeated)", collect)
    .option('--limit <name=value>', 'set a limit, see `tributary limits` (may be repeated)', collect)
    .addOption(
      new Option('--log <level>', 'a line of JSON for each request, on standard output')
        .choices(['silent', 'error', 'warn', 'info', 'debug'])
        .default('info'),
    )
    .option('--api-keys <file>', 'let in who has one of these keys (see `tributary key`)')
    .option('--jwks <file>', 'let in who has a token signed by one of these public keys')
    .option('--jwt-issuer <name>', 'tokens must be of this issuer')
    .option('--jwt-audience <name>', 'tokens must be for this audience')
    .option('--cors <origin>', 'pages of this origin may ask (may be repeated)', collect)
    .option('--tls-cert <file>', 'serve over TLS, with this certificate (PEM)')
    .option('--tls-key <file>', 'and its key (PEM)')
    .option('--bundles <folder>', 'versions under this folder may be loaded by who may manage them')
    .option('--journal <file>', 'write what happens to versions to this file')
    .option('--json', 'tell what goes on as lines of JSON')
    .addHelpText('after', more)
    .action(runServe);
}

async function runServe(target: string, options: ServeOptions): Promise<void> {
  const voice = makeVoice(options);
  const limitOverrides = {
    ...parseLimits(options.limit ?? []),
    ...given('serverRunning', options.jobs),
    ...given('serverWaitingPerRunning', options.queue),
    ...given('serverDecodedBytes', options.decodedBytes),
    ...given('serverDeadlineMs', options.deadline),
  };
  // A signal may come while all this is loaded: there is nothing to bring to an end yet.
  let end = (): void => process.exit(0);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => end());
  // Loaded here: no other command needs a server.
  const { startServing } = await import('../server/serving/start.ts');
  const { fromBundle, isBundle } = await import('../server/serving/fromBundle.ts');
  const { makeWatching } = await import('../server/serving/watch/watching.ts');
  const watching = makeWatching({ log: options.log, traces: tracesOf(process.env) });
  const { openSecurity, readTls } = await import('../server/serving/security/security.ts');
  const security = await openSecurity({ ...options, corsOrigins: options.cors });
  const bundle = (await isBundle(target)) ? await fromBundle(target, limitOverrides) : null;
  const served = await startServing({
    target,
    version: '1',
    limits: makeLimits(limitOverrides),
    limitOverrides,
    nodeFolders: options.nodes,
    ...bundle?.options,
    ...(options.device === undefined ? {} : { device: options.device }),
    host: options.host,
    port: options.port,
    grpcPort: options.grpcPort,
    lanes: options.lanes,
    inProcess: options.inProcess,
    knobs: { batch: options.batch, batchWaitMs: options.batchWait, copies: options.copies },
    watching,
    security,
    https: await readTls(options.tlsCert, options.tlsKey),
    bundles: options.bundles,
    journalFile: options.journal,
    graceMs: options.grace,
    drainMs: options.drain,
    exit: (code) => process.exit(code),
    tell: (event) => {
      bundle?.heard(event);
      void told(event, options, voice);
    },
  });
  end = served.end;
  await served.runtime.load();
  await new Promise<never>(() => undefined);
}

async function told(event: ServerEvent, { host }: ServeOptions, voice: Voice): Promise<void> {
  if (voice.json) return print(JSON.stringify(eventJson(event)));
  switch (event.event) {
    case 'listening':
      return print(
        `  ${event.pipeline.document.name} at http://${host.includes(':') ? `[${host}]` : host}:${event.port}/ (loading)`,
      );
    case 'state':
      if (event.state === 'ready') return print(`${styled(voice.out, 'green', sign(voice.out, 'tick'))} Ready.`);
      return print(`  ${event.state}${event.problem === undefined ? '' : `: ${printable(event.problem.message)}`}`);
    case 'fault':
      return print(`  ${event.requestId}: ${printable(event.problem.message)}`);
    case 'ending':
      return print(`  ${event.words}`);
  }
}

/** Traces are sent where the standard variables say where to; those are read by OpenTelemetry's own exporter. */
function tracesOf(env: NodeJS.ProcessEnv): TraceOptions | null {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: all, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own } = env;
  if ((all ?? own ?? '') === '' || env['OTEL_SDK_DISABLED'] === 'true') return null;
  return { serviceName: env['OTEL_SERVICE_NAME'] ?? 'tributary', serviceVersion: '1' };
}

function eventJson(event: ServerEvent): unknown {
  if (event.event !== 'listening') return event;
  const { port, grpcPort, pipeline } = event;
  return { event: 'listening', port, grpcPort, pid: process.pid, name: pipeline.name, title: pipeline.document.name };
}

function given(name: string, value: number | undefined): Readonly<Record<string, number>> {
  return value === undefined ? {} : { [name]: value };
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,12}$/.test(text) && value >= least) return value;
    throw new InvalidArgumentError(`It is a whole number of ${least} or more.`);
  };
}
