import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { TensorValue, Value } from '../../../core/kinds/value.ts';
import { encodeNpy } from '../../../host/files/npy.ts';
import { encodeWav } from '../../../host/files/wav.ts';
import { writeOutput } from '../../../host/files/writeOutput.ts';
import { readNpy } from '../../../nodes/kernels/npy.ts';
import { pureHost } from '../../pure-host.ts';
import { rejects } from '../../rejects.ts';
import { tempFolder } from '../../temp-folder.ts';

const signal = new AbortController().signal;
const { image } = pureHost();

async function written(name: string, value: Value): Promise<string> {
  const file = path.join(tempFolder(), 'new', 'folder', name);
  await writeOutput(file, value, { image, signal });
  return readFileSync(file, 'utf8');
}

it('writes what numpy writes', () => {
  // numpy 2.4.6: np.save of np.array([[1, 2, 3]], dtype='<i2'), as hex.
  const wanted =
    '934e554d5059010076007b276465736372273a20273c6932272c2027666f727472616e5f6f72646572273a2046616c73652c20277368617065273a2028312c2033292c207d' +
    `${'20'.repeat(58)}0a010002000300`;
  const got = encodeNpy({ kind: 'tensor', dtype: 'int16', shape: [1, 3], data: Int16Array.of(1, 2, 3) });
  expect(Buffer.from(got).toString('hex')).toBe(wanted);
});

it.each<TensorValue>([
  { kind: 'tensor', dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, -0, Number.NaN, 0.1) },
  { kind: 'tensor', dtype: 'float16', shape: [2], data: Uint16Array.of(0x3c00, 0x7bff) },
  { kind: 'tensor', dtype: 'int64', shape: [1], data: BigInt64Array.of(-(2n ** 60n)) },
  { kind: 'tensor', dtype: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) },
  { kind: 'tensor', dtype: 'uint8', shape: [], data: Uint8Array.of(7) },
  { kind: 'tensor', dtype: 'float64', shape: [0, 4], data: new Float64Array(0) },
  { kind: 'tensor', dtype: 'string', shape: [2], data: ['größe 😀', ''] },
])('.npy of $dtype comes back as it was', (tensor) => {
  expect(readNpy(encodeNpy(tensor), 'x.npy', 1e6)).toEqual(tensor);
});

it('writes sound as float WAV, channels interleaved', () => {
  const file = Buffer.from(
    encodeWav({ kind: 'audio', sampleRateHz: 8000, channels: [Float32Array.of(0.5, -1), Float32Array.of(0.25, 1.5)] }),
  );
  expect(file.toString('latin1', 0, 4) + file.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
  expect(file.readUInt32LE(4)).toBe(file.length - 8);
  expect([file.readUInt16LE(20), file.readUInt16LE(22), file.readUInt32LE(24)]).toEqual([3, 2, 8000]);
  expect(file.readUInt32LE(54)).toBe(16);
  expect([58, 62, 66, 70].map((at) => file.readFloatLE(at))).toEqual([0.5, 0.25, -1, 1.5]);
});

it('writes sound as whole numbers, clipped, in the widths that players know', () => {
  const audio = { kind: 'audio', sampleRateHz: 8000, channels: [Float32Array.of(0.5, -1, 1, -2, 1 / 65536)] } as const;
  const short = Buffer.from(encodeWav(audio, 'int16'));
  expect([short.readUInt16LE(20), short.readUInt16LE(34), short.length]).toEqual([1, 16, 54]);
  expect([44, 46, 48, 50, 52].map((at) => short.readInt16LE(at))).toEqual([16384, -32768, 32767, -32768, 0]);
  const wide = Buffer.from(encodeWav(audio, 'int24'));
  expect([44, 47, 50, 53, 56].map((at) => wide.readIntLE(at, 3))).toEqual([4194304, -8388608, 8388607, -8388608, 128]);
  // 15 bytes of samples: chunks are padded to an even length, which their own size does not count.
  expect([wide.length, wide.readUInt32LE(40), wide.readUInt32LE(4)]).toEqual([60, 15, 52]);
});

it('writes tables that a spreadsheet reads and does not run', async () => {
  const boxes: Value = {
    kind: 'boxes',
    imageWidth: 10,
    imageHeight: 10,
    coordinates: Float32Array.of(0, 1, 2, 3.5, 4, 5, 6, 7),
    scores: Float32Array.of(0.9, 0.1),
    classes: Int32Array.of(1, 0),
    labels: ['=cmd()', 'a "b", c'],
  };
  expect(await written('boxes.csv', boxes)).toBe(
    `class,label,score,x1,y1,x2,y2\n1,"a ""b"", c",0.9,0,1,2,3.5\n0,'=cmd(),0.1,4,5,6,7\n`,
  );
  const scores: Value = { kind: 'scores', data: Float32Array.of(0.5), labels: null, form: 'other' };
  expect(await written('scores.csv', scores)).toBe('class,label,score\n0,,0.5\n');
});

it('writes text and JSON', async () => {
  expect(await written('a.txt', { kind: 'text', text: 'hallo' })).toBe('hallo\n');
  expect(JSON.parse(await written('a.json', { kind: 'json', json: { a: [1] } }))).toEqual({ a: [1] });
});

it('refuses an ending that the kind has not, and a place where nothing can be written', async () => {
  const text: Value = { kind: 'text', text: 'x' };
  const folder = tempFolder();
  const problem = await rejects(() => writeOutput(path.join(folder, 'x.png'), text, { image, signal }), 'usage');
  expect(problem.fix).toContain('.txt');
  await rejects(() => writeOutput(path.join(folder, 'x'), text, { image, signal }), 'usage');
  await writeOutput(path.join(folder, 'file.txt'), text, { image, signal });
  await rejects(
    () => writeOutput(path.join(folder, 'file.txt', 'x.txt'), text, { image, signal }),
    'output-unwritable',
  );
});
