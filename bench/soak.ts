import { existsSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type SoakFiles, soakRequests } from '../test/server/serving/soak/requests.ts';
import { againstIt, type SoakLook, soak } from '../test/server/serving/soak/soak.ts';
import { freePort, startServer } from './httpLoad.ts';

/**
 * The built server under load for a long time, with clients that crash among those that do not: whether what its
 * processes hold stays flat. Arguments: minutes (10; 60 for the hour of the plan), sample (event-detector).
 */
const root = fileURLToPath(new URL('../', import.meta.url));
const minutes = Number(process.argv[2] ?? 10);
const sample = process.argv[3] ?? 'event-detector';
const media = path.join(root, 'samples', sample, 'media');
const samples: Readonly<Record<string, SoakFiles>> = {
  'event-detector': {
    image: path.join(media, 'harbour.jpg'),
    sound: path.join(media, 'harbour.wav'),
    caption: path.join(media, 'harbour.txt'),
  },
  'picture-classifier': { image: path.join(media, 'reef.jpg') },
};
const cli = path.join(root, 'dist/cli.js');
if (!Object.hasOwn(samples, sample) || !(minutes > 0) || !existsSync(cli)) {
  console.error('usage: soak.ts [minutes] [event-detector|picture-classifier], after `npm run build`');
  process.exit(2);
}
const warmSeconds = Math.min(120, minutes * 20);
/** A line of the protocol for so many looks. */
const everySeconds = minutes <= 2 ? 2 : 5;
const linesEvery = Math.max(1, Math.round((minutes * 60) / everySeconds / 30));

function told({ seconds, holding, answers, p50, p99 }: SoakLook): string {
  const holds =
    holding === null
      ? 'no process to look at'
      : `${(holding.residentBytes / 1e6).toFixed(0)} MB (${holding.each.map((bytes) => (bytes / 1e6).toFixed(0)).join(' + ')}), ${holding.descriptors} descriptors`;
  return `  ${seconds.toFixed(0)} s: ${holds}; ${answers} answers, p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`;
}

function counts(of: Readonly<Record<number, number>>): string {
  return Object.entries(of)
    .map(([status, n]) => `${n} x ${status === '0' ? 'no answer' : status}`)
    .join(', ');
}

const port = await freePort();
const args = [cli, 'serve', path.join(root, 'samples', sample), '--port', String(port), '--log', 'silent', '--json'];
// What waits for /feedback is bounded, but takes a quarter of an hour of this to be full: with less it is within the first minutes.
process.env['TRIBUTARY_FEEDBACK_ANSWERS'] = '5000';
const server = await startServer(process.execPath, args, /"state":"ready"/);
try {
  console.log(
    `${sample}, ${minutes} min, ${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}; slopes begin at ${warmSeconds.toFixed(0)} s`,
  );
  let seen = 0;
  let begun = false;
  const result = await soak({
    pid: server.pid ?? 0,
    port,
    requests: soakRequests(sample, samples[sample]),
    seconds: minutes * 60,
    warmSeconds,
    everySeconds,
    honest: 4,
    crashing: 3,
    onLook: (look) => {
      const begins = !begun && look.seconds >= warmSeconds;
      begun ||= begins;
      if (seen++ % linesEvery === 0 || begins) console.log(told(look) + (begins ? ' (the beginning)' : ''));
    },
  });
  const { memory, descriptors, growthMb, descriptorsBefore, descriptorsAfter } = result;
  console.log(`  honest clients: ${counts(result.honest)}`);
  console.log(`  crashing clients: ${counts(result.crashing)}`);
  console.log(
    `  misdeeds: ${Object.entries(result.committed)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ')}`,
  );
  console.log(
    `  descriptors: slope ${descriptors.slope.toFixed(1)}/h [${descriptors.low.toFixed(1)}, ${descriptors.high.toFixed(1)}]; at rest ${descriptorsBefore} before, ${descriptorsAfter} after`,
  );
  const against = againstIt(result);
  if (server.exitCode !== null || server.signalCode !== null)
    console.log(`the server ended: ${server.exitCode ?? server.signalCode}`);
  console.log(
    `soak ${against.length === 0 ? 'holds' : 'does not hold'}: memory ${memory.slope.toFixed(1)} MB/h [${memory.low.toFixed(1)}, ${memory.high.toFixed(1)}], grown by ${growthMb.toFixed(1)} MB (aim: slope within its noise, less than 100 MB)${against.map((words) => `; ${words}`).join('')}`,
  );
  process.exitCode = against.length === 0 ? 0 : 1;
} finally {
  server.removeAllListeners('exit');
  server.kill('SIGKILL');
}
