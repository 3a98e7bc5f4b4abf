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

// ONNX Runtime reports to its maker unless it is told not to before its first session.
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';
const file = ${literal(`./${encodeURIComponent(name)}`)};
/** From the file's metadata, "${partKey}". */
const part = ${literal({ inputs, outputs })};
${body}`;
}

/** JSON is TypeScript too, but for two line ends that old readers break at. What fits on a line stands on one. */
function literal(value: unknown, indent = ''): string {
  const line = lineOf(value);
  if (typeof value !== 'object' || value === null || indent.length + line.length <= 110) return line;
  const inner = `${indent}  `;
  const entries = Array.isArray(value)
    ? value.map((one) => `${inner}${literal(one, inner)}`)
    : Object.entries(value).map(([key, one]) => `${inner}${lineOf(key)}: ${literal(one, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${entries.join(',\n')},\n${indent}${close}`;
}

function lineOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(lineOf).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, one]) => `${lineOf(key)}: ${lineOf(one)}`)
      .join(', ')} }`;
  return JSON.stringify(value)
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}

const body = `
type Feeds = Record<string, ort.Tensor>;
type Input = (typeof part.inputs)[number];
type Typed = {
  readonly type: { readonly kind: string; readonly colour?: string; readonly sampleRateHz?: number; readonly channels?: number | null };
  readonly present: string | null;
};
type Part = { readonly name: string; readonly dtype: string; readonly shape: readonly (number | string)[] };

/** uint8 [1, height, width, channels], turned as its EXIF says. */
async function picture(path: string, colour: string): Promise<ort.Tensor> {
  if (!['rgb', 'rgba', 'grey'].includes(colour)) throw new Error(\`Give pictures in \${colour} as a file of numpy.save.\`);
  const turned = sharp(path).rotate().toColourspace(colour === 'grey' ? 'b-w' : 'srgb');
  const right = colour === 'rgba' ? turned.ensureAlpha() : turned.removeAlpha();
  const { data, info } = await right.raw().toBuffer({ resolveWithObject: true });
  return new ort.Tensor('uint8', new Uint8Array(data), [1, info.height, info.width, info.channels]);
}

/** A WAV file of 16-bit or float samples as float32 [1, channels, samples], from -1 to 1. */
async function sound(path: string, rateHz: number, wanted: number | null): Promise<ort.Tensor> {
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
  if (wanted !== null && channels !== wanted)
    throw new Error(\`\${path} has \${channels} channels; mix it to \${wanted} first.\`);
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
  const size = dims.reduce((a, b) => a * b, arrays[tensor.dtype as keyof typeof arrays].BYTES_PER_ELEMENT);
  if (bytes.byteLength !== size) throw new Error(\`\${path} does not hold \${tensor.dtype} [\${tensor.shape}].\`);
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
    const { type, present } = input as Pick<Input, 'name'> & Typed;
    if (path === undefined && present === null) throw new Error(\`Give \${input.name}=path. \${input.doc}\`);
    if (present !== null) feeds[present] = new ort.Tensor('bool', Uint8Array.of(Number(path !== undefined)), [1]);
    for (const tensor of input.tensors as readonly Part[]) {
      const own = paths[tensor.name] ?? path;
      if (own === undefined) feeds[tensor.name] = standIn(tensor);
      else if (own.endsWith('.npy')) feeds[tensor.name] = await array(own, tensor);
      else if (type.kind === 'image') {
        const pixels = await picture(own, type.colour ?? 'rgb');
        const [, height, width] = pixels.dims;
        const whole = Float64Array.of(width, height, 1, 0, 0, 0, 1, 0);
        feeds[tensor.name] = tensor.name === input.name ? pixels : new ort.Tensor('float64', whole, [1, 8]);
      } else if (type.kind === 'audio') feeds[tensor.name] = await sound(own, type.sampleRateHz ?? 0, type.channels ?? null);
      else throw new Error(\`Give \${tensor.name}=path.npy: \${tensor.dtype} [\${tensor.shape}]. \${input.doc}\`);
    }
  }
  return feeds;
}

interface Answer {
  readonly name: string;
  readonly present: string | null;
  readonly needs: readonly string[];
  readonly carried: { readonly kind: string; readonly labels?: readonly string[] | null; readonly chosen?: boolean };
  readonly tensors: readonly Part[];
}

function tell({ name, present, needs, carried, tensors }: Answer, results: Readonly<Record<string, ort.Tensor>>): string {
  const lacking = needs.filter((need) => paths[need] === undefined);
  if (lacking.length > 0) return \`no answer without \${lacking.join(', ')}\`;
  if (present !== null && results[present].data[0] === 0) return 'no answer: too little is there';
  const { labels } = carried;
  if (carried.kind === 'scores' && labels && !carried.chosen) {
    const scores = [...(results[name].data as Float32Array)].slice(0, labels.length);
    const best = scores.map((score, i) => ({ score, label: labels[i] })).sort((a, b) => b.score - a.score);
    return best.slice(0, 5).map(({ label, score }) => \`\${label} \${score.toFixed(4)}\`).join(', ');
  }
  if (carried.kind === 'boxes') return tellBoxes(name, labels ?? [], results);
  return tensors.map((tensor) => \`\${tensor.name} \${results[tensor.name].type}[\${results[tensor.name].dims}]\`).join('; ');
}

function tellBoxes(name: string, labels: readonly string[], results: Readonly<Record<string, ort.Tensor>>): string {
  const [scores, classes, places] = ['scores', 'classes', 'coordinates'].map((part) => [
    ...(results[\`\${name}.\${part}\`].data as Float32Array),
  ]);
  const lines = scores.slice(0, 10).map((score, i) => {
    const box = places.slice(4 * i, 4 * i + 4).map((x) => x.toFixed(1));
    return \`\${labels[classes[i]] ?? classes[i]} \${score.toFixed(3)} [\${box.join(', ')}]\`;
  });
  return [\`\${scores.length} found\`, ...lines].join('\\n  ');
}

const names = (part.inputs as readonly (Input & { readonly tensors: readonly Part[] })[]).flatMap((input) => [
  input.name,
  ...input.tensors.map((tensor) => tensor.name),
]);
const paths: Record<string, string> = {};

async function main(): Promise<void> {
  for (const argument of process.argv.slice(2)) {
    const at = argument.indexOf('=');
    if (!names.includes(argument.slice(0, at)))
      throw new Error(\`\${argument} is not name=path; the names are \${[...new Set(names)].join(', ')}.\`);
    paths[argument.slice(0, at)] = argument.slice(at + 1);
  }
  const feeds = await feedsOf(paths);
  const session = await ort.InferenceSession.create(fileURLToPath(new URL(file, import.meta.url)));
  const results = await session.run(feeds);
  for (const answer of part.outputs as readonly Answer[]) console.log(\`\${answer.name}: \${tell(answer, results)}\`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
`;
