import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Value, valueBytes } from '../core/kinds/value.ts';
import type { PreviewAnswer } from '../host/engine/messages.ts';
import { tensorStatistics } from '../host/preview/tensorStatistics.ts';
import { median, timeCalls } from './measure.ts';
import type { Asked } from './peers/whole-value.ts';

/**
 * What leaves the engine process for a person to see a value: its preview at the size of a node, against the value whole,
 * both from the same process over the same channel (fork, serialization "advanced"), by turns.
 */
const engine = fork(fileURLToPath(new URL('./peers/whole-value.ts', import.meta.url)), {
  serialization: 'advanced',
  execArgv: ['--import', import.meta.resolve('tsx')],
});
const size = { width: 480, height: 270 };

interface Reply {
  readonly sent: Value | PreviewAnswer;
  readonly madeMs: number;
}

async function ask(child: ChildProcess, asked: Asked): Promise<Reply> {
  const reply = once(child, 'message');
  child.send(asked);
  return (await reply)[0] as Reply;
}

function bytesOf(sent: Reply['sent']): number {
  if (!('preview' in sent)) return valueBytes(sent);
  const blobs = Object.values(sent.blobs).reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  return blobs + Buffer.byteLength(JSON.stringify(sent.preview));
}

async function compare(what: Asked['what'], title: string, rounds: number): Promise<void> {
  const preview: Asked = { what, whole: false, ...size };
  const whole: Asked = { what, whole: true, ...size };
  const made: number[] = [];
  const bytes = { preview: 0, whole: 0 };
  const times: { preview: number[]; whole: number[] } = { preview: [], whole: [] };
  for (let round = 0; round < rounds; round++) {
    const warmUp = round === 0 ? 3 : 0;
    times.preview.push(
      ...(await timeCalls(
        async () => {
          const { sent, madeMs } = await ask(engine, preview);
          bytes.preview = bytesOf(sent);
          made.push(madeMs);
        },
        1,
        warmUp,
      )),
    );
    times.whole.push(
      ...(await timeCalls(
        async () => {
          bytes.whole = bytesOf((await ask(engine, whole)).sent);
        },
        1,
        warmUp,
      )),
    );
  }
  const [previewMs, wholeMs] = [median(times.preview), median(times.whole)];
  console.log(`${title}, shown at ${size.width}x${size.height}`);
  console.log(`  bytes that leave the engine  preview ${bytes.preview}, whole ${bytes.whole}`);
  console.log(`  round trip                   preview ${previewMs.toFixed(1)} ms, whole ${wholeMs.toFixed(1)} ms`);
  console.log(`  making it, in the engine     ${median(made).toFixed(1)} ms`);
  console.log(
    `  ratio                        ${(bytes.whole / bytes.preview).toFixed(0)}x fewer bytes, in ${(previewMs / wholeMs).toFixed(1)}x the time of one hop of the whole`,
  );
}

await compare('image', 'picture 1920x1080 rgb', 25);
await compare('tensor', 'tensor float32[1, 8, 1000, 1000]', 9);
const data = new Float32Array(8_000_000).map((_, i) => Math.sin(i * 0.001));
const tensor = { kind: 'tensor', dtype: 'float32', shape: [8_000_000], data } as const;
const statisticsMs = median(await timeCalls(() => tensorStatistics(tensor, async () => undefined), 15, 3));
console.log(`statistics alone of 8 million values: ${statisticsMs.toFixed(1)} ms`);
console.log('aims, on a quiet core: picture made in under 15 ms, statistics in under 60 ms');
console.log(
  `${os.cpus()[0]?.model ?? 'unknown processor'}, ${os.availableParallelism()} cores, Node ${process.version}`,
);
engine.disconnect();
