import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A request as bytes go over the wire, and the status that it is answered with where there is room. */
export interface SoakRequest {
  readonly name: string;
  readonly path: string;
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A file for each input of a pipeline. */
export type SoakFiles = Readonly<Record<string, string>>;

const boundary = 'tributary-soak';

/** The same inputs by every protocol: REST as parts and as JSON, Open Inference in JSON and binary, TensorFlow Serving. */
export function soakRequests(pipeline: string, files: SoakFiles): readonly SoakRequest[] {
  const inputs = Object.entries(files).map(([name, file]) => ({ name, file, bytes: readFileSync(file) }));
  const isText = (file: string): boolean => file.endsWith('.txt');
  const given = ({ file, bytes }: (typeof inputs)[number]): unknown =>
    isText(file) ? bytes.toString() : { b64: bytes.toString('base64') };
  const parts = inputs.flatMap(({ name, file, bytes }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${path.basename(file)}"\r\n\r\n`,
    ),
    bytes,
    Buffer.from('\r\n'),
  ]);
  const form = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
  const tensors = inputs.map((input) => {
    const data = isText(input.file) ? input.bytes.toString() : input.bytes.toString('base64');
    return { name: input.name, shape: [1], datatype: 'BYTES', data: [data] };
  });
  const raw = inputs.map(({ bytes }) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return Buffer.concat([length, bytes]);
  });
  const head = Buffer.from(
    JSON.stringify({
      inputs: inputs.map(({ name }, i) => ({
        name,
        shape: [1],
        datatype: 'BYTES',
        parameters: { binary_data_size: raw[i].length },
      })),
      parameters: { binary_data_output: true },
    }),
  );
  const names = Object.fromEntries(inputs.map((input) => [input.name, given(input)]));
  const json = (name: string, at: string, body: unknown): SoakRequest => ({
    name,
    path: at,
    type: 'application/json',
    headers: {},
    body: Buffer.from(JSON.stringify(body)),
  });
  const infer = `/v2/models/${pipeline}/infer`;
  return [
    { name: 'parts', path: '/predict', type: `multipart/form-data; boundary=${boundary}`, headers: {}, body: form },
    json('JSON', `/v1/pipelines/${pipeline}/predict`, { inputs: names }),
    json('OIP', infer, { inputs: tensors }),
    {
      name: 'OIP binary',
      path: infer,
      type: 'application/octet-stream',
      headers: { 'inference-header-content-length': String(head.length) },
      body: Buffer.concat([head, ...raw]),
    },
    json('TF Serving', `/v1/models/${pipeline}:predict`, {
      instances: [inputs.length === 1 ? given(inputs[0]) : names],
    }),
  ];
}

/** As HTTP/1.1 sends it. `length`: what it says of its body, if not the truth. */
export function onTheWire({ path: at, type, headers, body }: SoakRequest, length = body.length): Buffer {
  const all = { host: 'soak', 'content-type': type, 'content-length': String(length), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST ${at} HTTP/1.1\r\n${lines.join('')}\r\n`), body]);
}
