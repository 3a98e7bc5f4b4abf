import { type PartFile, partKey } from '../../define/partFile.ts';
import { marker, usageOf } from './usage.ts';

/**
 * A program in TypeScript that runs a compiled file with onnxruntime-node. The runtime's binding does not tell a file's
 * metadata, so what the file says under `tributary.part` stands in the program, as a literal.
 */
export function typescriptExample(name: string, program: string, file: PartFile): string {
  const { inputs, outputs } = file;
  return `// ${marker}
// Needs: npm install onnxruntime-node sharp
// ${usageOf('npx tsx', program, file)}
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';

const file = ${literal(`./${encodeURIComponent(name)}`)};
/** From the file's metadata, "${partKey}". */
const part = ${literal({ inputs, outputs })};
${body}`;
}

/** JSON is TypeScript too, but for two line ends that old readers break at. */
function literal(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}

const body = `
type Feeds = Record<string, ort.Tensor>;
type Input = (typeof part.inputs)[number];
type Part = { readonly name: string; readonly dtype: string; readonly shape: readonly (number | string)[] };

/** uint8 [1, height, width, channels], turned as its EXIF says. */
async function picture(path: string, colour: string): Promise<ort.Tensor> {
  const turned = sharp(path).rotate().toColourspace(colour === 'grey' ? 'b-w' : 'srgb');
  const right = colour === 'rgba' ? turned.ensureAlpha() : turned.removeAlpha();
  const { data, info } = await right.raw().toBuffer({ resolveWithObject: true });
  return new ort.Tensor('uint8', new Uint8Array(data), [1, info.height, info.width, info.channels]);
}

/** A WAV file of 16-bit or float samples as float32 [1, channels, samples], from -1 to 1. */
async function sound(path: string, rateHz: number): Promise<ort.Tensor> {
  const file = await readFile(path);
  let [at, format, channels, rate, bits] = [12, 0, 0, 0, 0];
  for (; at + 8 <= file.length; at += 8 + file.readUInt32LE(at + 4) + (file.readUInt32LE(at + 4) % 2)) {
    const chunk = file.toString('latin1', at, at + 4);
    if (chunk === 'data') break;
    if (chunk !== 'fmt ') continue;
    [format, channels] = [file.readUInt16LE(at + 8), file.readUInt16LE(at + 10)];
    [rate, bits] = [file.readUInt32LE(at + 12), file.readUInt16LE(at + 22)];
  }
  if (rate !== rateHz) throw new Error(\`\${path} is of \${rate} Hz; resample it to \${rateHz} Hz first.\`);
  if (!(format === 1 && bits === 16) && !(format === 3 && bits === 32))
    throw new Error(\`\${path} is no WAV file of 16-bit or float samples.\`);
  const count = Math.floor(file.readUInt32LE(at + 4) / (bits / 8) / channels);
  const samples = new Float32Array(channels * count);
  for (let i = 0; i < count * channels; i++) {
    const place = at + 8 + (i * bits) / 8;
    const value = format === 1 ? file.readInt16LE(place) / 32768 : file.readFloatLE(place);
    samples[(i % channels) * count + Math.floor(i / channels)] = value;
  }
  return new ort.Tensor('float32', samples, [1, channels, count]);
}

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
  float16: Uint16Array,
} as const;

/** What the nodes in front of the file gave, as numpy.save writes it, of the dtype that the file takes. */
async function array(path: string, tensor: Part): Promise<ort.Tensor> {
  const file = await readFile(path);
  const start = file[6] === 1 ? 10 + file.readUInt16LE(8) : 12 + file.readUInt32LE(8);
  const header = file.toString('latin1', 10, start);
  const shape = (/'shape': \\(([^)]*)\\)/.exec(header)?.[1] ?? '').split(',').flatMap((n) => (n.trim() ? [Number(n)] : []));
  const bytes = new Uint8Array(file.subarray(start)).buffer;
  const dims = shape.length === tensor.shape.length ? shape : [1, ...shape];
  return make(tensor.dtype, bytes, dims);
}

function make(dtype: string, bytes: ArrayBuffer, dims: readonly number[]): ort.Tensor {
  const Typed = arrays[dtype as keyof typeof arrays];
  return new ort.Tensor(dtype as 'float32', new Typed(bytes) as Float32Array, dims);
}

function standIn({ dtype, shape }: Part): ort.Tensor {
  const dims = shape.map((n) => (typeof n === 'number' ? n : n === 'items' ? 1 : 64));
  const Typed = arrays[dtype as keyof typeof arrays];
  const bytes = dims.reduce((a, b) => a * b, 1) * Typed.BYTES_PER_ELEMENT;
  return make(dtype, new ArrayBuffer(bytes), dims);
}

async function feedsOf(paths: Readonly<Record<string, string>>): Promise<Feeds> {
  const feeds: Feeds = {};
  for (const input of part.inputs as readonly Input[]) {
    const path = paths[input.name];
    const { type, present } = input as { type: { kind: string; colour?: string; sampleRateHz?: number }; present: string | null };
    if (path === undefined && present === null) throw new Error(\`Give \${input.name}=path. \${input.doc}\`);
    if (present !== null) feeds[present] = new ort.Tensor('bool', Uint8Array.of(Number(path !== undefined)), [1]);
    for (const tensor of input.tensors as readonly Part[]) {
      if (path === undefined) feeds[tensor.name] = standIn(tensor);
      else if (type.kind === 'image') {
        const pixels = await picture(path, type.colour ?? 'rgb');
        const [, height, width] = pixels.dims;
        const own = Float64Array.of(width, height, 1, 0, 0, 0, 1, 0);
        feeds[tensor.name] = tensor.name === input.name ? pixels : new ort.Tensor('float64', own, [1, 8]);
      } else if (type.kind === 'audio') feeds[tensor.name] = await sound(path, type.sampleRateHz ?? 0);
      else feeds[tensor.name] = await array(paths[tensor.name] ?? path, tensor);
    }
  }
  return feeds;
}

interface Answer {
  readonly name: string;
  readonly present: string | null;
  readonly carried: { readonly kind: string; readonly labels?: readonly string[] | null; readonly chosen?: boolean };
  readonly tensors: readonly Part[];
}

function tell({ name, present, carried, tensors }: Answer, results: Readonly<Record<string, ort.Tensor>>): string {
  if (present !== null && results[present].data[0] === 0) return 'no answer: too little is there';
  const { labels } = carried;
  if (carried.kind === 'scores' && labels && !carried.chosen) {
    const scores = [...(results[name].data as Float32Array)].slice(0, labels.length);
    const best = scores.map((score, i) => ({ score, label: labels[i] })).sort((a, b) => b.score - a.score);
    return best.slice(0, 5).map(({ label, score }) => \`\${label} \${score.toFixed(4)}\`).join(', ');
  }
  return tensors.map((tensor) => \`\${tensor.name} \${results[tensor.name].type}[\${results[tensor.name].dims}]\`).join('; ');
}

const paths: Record<string, string> = {};
for (const argument of process.argv.slice(2)) {
  const at = argument.indexOf('=');
  paths[argument.slice(0, at)] = argument.slice(at + 1);
}
const session = await ort.InferenceSession.create(fileURLToPath(new URL(file, import.meta.url)));
const results = await session.run(await feedsOf(paths));
for (const answer of part.outputs as readonly Answer[]) console.log(\`\${answer.name}: \${tell(answer, results)}\`);
`;
