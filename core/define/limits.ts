/** Every bound, with its default. Each can be set; `tributary limits` prints them with these docs. */
export interface LimitSpec {
  readonly default: number;
  readonly unit: string;
  readonly doc: string;
}

const MiB = 1024 * 1024;

export const limitTable = {
  documentBytes: { default: 32 * MiB, unit: 'bytes', doc: 'Largest pipeline document that is read.' },
  jsonDepth: { default: 100, unit: 'levels', doc: 'Deepest nesting of any JSON that is read.' },
  imagePixels: {
    default: 100_000_000,
    unit: 'pixels',
    doc: 'Largest picture, by its header, before anything is allocated.',
  },
  imageFrames: { default: 1000, unit: 'frames', doc: 'Most frames in an animated picture.' },
  audioSeconds: { default: 600, unit: 's', doc: 'Longest sound, counted while decoding.' },
  audioBytes: { default: 256 * MiB, unit: 'bytes', doc: 'Largest decoded sound, counted while decoding.' },
  videoSeconds: { default: 600, unit: 's', doc: 'Longest video.' },
  videoWidth: { default: 4096, unit: 'px', doc: 'Widest video.' },
  videoHeight: { default: 4096, unit: 'px', doc: 'Highest video.' },
  textCharacters: { default: 1_000_000, unit: 'characters', doc: 'Longest text of one item.' },
  tensorBytes: { default: 512 * MiB, unit: 'bytes', doc: 'Largest single tensor that a node may make.' },
  mediaFileBytes: { default: 2048 * MiB, unit: 'bytes', doc: 'Largest media file that is opened.' },
  decodeMs: {
    default: 60_000,
    unit: 'ms',
    doc: 'Longest time for which one decoder process may run without giving data.',
  },
  sequenceBytes: {
    default: 512 * MiB,
    unit: 'bytes',
    doc: 'Most bytes of one sequence that are held because a later step waits for its end.',
  },
  sequenceItems: { default: 1_000_000, unit: 'items', doc: 'Most items of one sequence that are held.' },
  cacheBytes: { default: 512 * MiB, unit: 'bytes', doc: 'Memory for results kept from earlier runs.' },
  previewBytes: {
    default: 512 * MiB,
    unit: 'bytes',
    doc: 'Memory for values of runs that are kept to be looked at; the oldest run goes first.',
  },
  modelLoadMs: { default: 120_000, unit: 'ms', doc: 'Longest time in which a model must open.' },
  modelLoadBytes: {
    default: 8192 * MiB,
    unit: 'bytes',
    doc: 'Address space of the process in which an unknown model is first opened.',
  },
  modelRunMs: {
    default: 300_000,
    unit: 'ms',
    doc: 'Longest single run of a model; after it the engine process is replaced.',
  },
  runMs: { default: 0, unit: 'ms', doc: "A run's deadline, counted from its start; 0 means none." },
  serverRunning: {
    default: 0,
    unit: 'requests',
    doc: 'Requests that a server runs at once; 0 means two per core, times the largest batch of a model.',
  },
  serverWaitingPerRunning: {
    default: 4,
    unit: 'requests',
    doc: 'Requests that may wait for each that may run; past it the answer is 429.',
  },
  serverDecodedBytes: {
    default: 512 * MiB,
    unit: 'bytes',
    doc: 'Inputs of all requests that wait or run, once decoded; past it the answer is 429.',
  },
  serverDeadlineMs: {
    default: 30_000,
    unit: 'ms',
    doc: "A request's deadline, counted from its arrival; past it the answer is 504 and no model starts.",
  },
  serverBodyBytes: { default: 64 * MiB, unit: 'bytes', doc: 'Largest body of a request, also once inflated.' },
  serverBodiesBytes: {
    default: 512 * MiB,
    unit: 'bytes',
    doc: 'Bodies of all requests that are being read; past it the answer is 429.',
  },
  serverJsonBytes: {
    default: 16 * MiB,
    unit: 'bytes',
    doc: 'Largest JSON of a request, without what stands in its texts (base64).',
  },
  serverParts: { default: 256, unit: 'parts', doc: 'Most fields and files of one multipart body.' },
  serverArrivalMs: { default: 60_000, unit: 'ms', doc: 'Longest time in which a request must have arrived whole.' },
  serverConnections: { default: 4096, unit: 'connections', doc: 'Connections that are open at once.' },
  serverBatchItems: { default: 256, unit: 'items', doc: 'Most items that one request of a batch protocol may bring.' },
  serverStreams: { default: 64, unit: 'streams', doc: 'Live streams that are open at once.' },
  serverStreamPieces: {
    default: 8,
    unit: 'pieces',
    doc: 'Pieces of a live stream that wait while one runs; past it the oldest goes.',
  },
} as const satisfies Record<string, LimitSpec>;

export type LimitName = keyof typeof limitTable;
export type Limits = { readonly [N in LimitName]: number };

/** The defaults, with `overrides` on top. Throws RangeError for an unknown name or a value that is not a number of zero or more. */
export function makeLimits(overrides: Readonly<Record<string, number>> = {}): Limits {
  const limits: Record<string, number> = {};
  for (const [name, spec] of Object.entries(limitTable)) limits[name] = spec.default;
  for (const [name, value] of Object.entries(overrides)) {
    if (!Object.hasOwn(limitTable, name)) throw new RangeError(`no limit is called "${name}"`);
    if (!Number.isFinite(value) || value < 0)
      throw new RangeError(`limit ${name} must be a number of 0 or more, not ${value}`);
    limits[name] = value;
  }
  return limits as Limits;
}
