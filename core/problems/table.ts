/**
 * The one table of everything that can go wrong. A code is stable: users match on it, docs link to it,
 * and a test raises each one. `media` marks problems of one modality's data, which a fusion node's rule
 * for a missing modality may absorb; `exit` is the CLI's exit code.
 */
export interface ProblemClass {
  readonly title: string;
  readonly media?: true;
  readonly exit: number;
}

/** Exit codes: 2 usage, 3 pipeline, 4 input or media, 5 model, 6 limit or deadline, 7 machine, 8 slower than the baseline, 130 cancelled, 1 our fault. */
export const problemTable = {
  // usage and files
  usage: { title: 'The command was not understood', exit: 2 },
  'file-missing': { title: 'A file is not there', exit: 4 },
  'file-unreadable': { title: 'A file cannot be read', exit: 4 },
  'path-outside': { title: 'A path leaves the pipeline folder', exit: 3 },
  'output-unwritable': { title: 'A result cannot be written', exit: 4 },
  // document
  'document-json': { title: 'The document is not valid JSON', exit: 3 },
  'document-too-large': { title: 'The document is over its size limit', exit: 6 },
  'document-too-deep': { title: 'The document is nested too deeply', exit: 6 },
  'document-schema': { title: 'The document has a field that does not fit', exit: 3 },
  'document-forbidden-key': { title: 'The document uses a key that is not allowed', exit: 3 },
  'document-number': { title: 'A number cannot be kept exactly', exit: 3 },
  'document-newer': { title: 'The document was written by a newer Tributary', exit: 3 },
  'document-conflict': { title: 'The file changed on disk', exit: 3 },
  'connection-lost': { title: 'The back end went away before it answered', exit: 7 },
  'session-unknown': { title: 'The pipeline is not open any more', exit: 1 },
  // profiles
  'profile-invalid': { title: 'A profile cannot be read', exit: 4 },
  'profile-slower': { title: 'The pipeline is slower than it was', exit: 8 },
  'profile-incomparable': { title: 'Two profiles cannot be held against each other', exit: 8 },
  'profile-newer': { title: 'A profile was written by a newer Tributary', exit: 4 },
  'advice-stale': { title: 'An advice does not fit the pipeline any more', exit: 3 },
  // graph
  'node-duplicate': { title: 'Two nodes have one id', exit: 3 },
  'node-unknown': { title: 'A node type is not known here', exit: 3 },
  'node-version': { title: 'A node was made with a newer version', exit: 3 },
  'node-file': { title: "A user's node file cannot be loaded", exit: 3 },
  'wire-dangling': { title: 'A wire hangs loose', exit: 3 },
  'wire-duplicate': { title: 'An input port has two wires', exit: 3 },
  'wire-kind': { title: 'A wire joins two kinds', exit: 3 },
  'wire-dtype': { title: 'A wire joins two dtypes', exit: 3 },
  'wire-shape': { title: 'A shape does not fit', exit: 3 },
  'wire-rate': { title: 'A sample rate does not fit', exit: 3 },
  'wire-colour': { title: 'A colour space does not fit', exit: 3 },
  'wire-sequence': { title: 'A sequence does not fit', exit: 3 },
  'port-unwired': { title: 'An input port has no wire', exit: 3 },
  cycle: { title: 'The wires form a loop', exit: 3 },
  'param-invalid': { title: 'A parameter does not fit', exit: 3 },
  'param-unknown': { title: 'A parameter is not known', exit: 3 },
  'public-name': { title: 'A public name does not fit', exit: 3 },
  'no-output': { title: 'The pipeline has no output', exit: 3 },
  // inputs at run time
  'input-missing': { title: 'An input was not given', exit: 4, media: true },
  'input-unknown': { title: 'There is no input of that name', exit: 2 },
  'input-kind': { title: 'An input is of another kind', exit: 4, media: true },
  'media-format': { title: 'The file is not in a format that is accepted', exit: 4, media: true },
  'media-corrupt': { title: 'The file cannot be decoded', exit: 4, media: true },
  'media-empty': { title: 'The media has nothing in it', exit: 4, media: true },
  'media-too-large': { title: 'The media is over a limit', exit: 6, media: true },
  'media-nonfinite': { title: 'The media holds NaN or infinity', exit: 4, media: true },
  'media-timeout': { title: 'Decoding took too long', exit: 6, media: true },
  'text-encoding': { title: 'The text is not valid Unicode', exit: 4, media: true },
  'text-too-long': { title: 'The text is over its limit', exit: 6, media: true },
  'tool-missing': { title: 'A program is not installed', exit: 7 },
  // values at run time
  'value-shape': { title: 'A value has another shape', exit: 3 },
  'value-invalid': { title: 'A value cannot be used here', exit: 4 },
  'tensor-too-large': { title: 'A tensor is over its limit', exit: 6 },
  'value-nonfinite': { title: 'A result holds NaN or infinity', exit: 5 },
  'modality-missing': { title: 'A modality is missing', exit: 4 },
  // models and other files that nodes read
  'model-missing': { title: 'A model file is not there', exit: 5 },
  'model-invalid': { title: 'A model cannot be read', exit: 5 },
  'model-unsupported': { title: 'A model needs what the runtime does not have', exit: 5 },
  'model-external-data': { title: "A model's external data is not allowed", exit: 5 },
  'model-changed': { title: 'A model file is not the one that was recorded', exit: 5 },
  'model-crashed': { title: 'A model ended its process', exit: 5 },
  'model-failed': { title: 'A model could not run', exit: 5 },
  'asset-invalid': { title: 'A file that a node needs cannot be used', exit: 5 },
  'not-lowerable': { title: 'A node cannot become part of an ONNX file', exit: 3 },
  'device-unavailable': { title: 'A device cannot be started here', exit: 7 },
  // bundles
  'bundle-invalid': { title: 'A folder is no bundle that can be read', exit: 3 },
  'bundle-changed': { title: 'A file of a bundle is not the one that was exported', exit: 3 },
  'golden-differs': { title: 'A bundle does not give the answers that were recorded', exit: 5 },
  'archive-invalid': { title: 'An archive cannot be opened', exit: 3 },
  // running
  cancelled: { title: 'The run was cancelled', exit: 130 },
  deadline: { title: 'The run passed its deadline', exit: 6 },
  'engine-died': { title: 'The engine process ended', exit: 5 },
  'sequence-too-large': { title: 'A sequence that must be kept is over its limit', exit: 6 },
  'sequence-order': { title: 'Items are not in the order of time', exit: 4 },
  // serving
  overloaded: { title: 'The server has no room for more', exit: 6 },
  'not-ready': { title: 'The server is not ready', exit: 7 },
  'model-unknown': { title: 'The server has no such model or version', exit: 2 },
  unauthorised: { title: 'The caller did not say who it is', exit: 2 },
  forbidden: { title: 'The caller may not do this', exit: 2 },
  'rate-limited': { title: 'The caller sends too many requests', exit: 6 },
  'route-unknown': { title: 'There is nothing at that address', exit: 2 },
  'request-invalid': { title: 'A request cannot be understood', exit: 2 },
  'request-too-large': { title: 'A request is over a limit', exit: 6 },
  'request-unsupported': { title: 'A request comes in a form that is not taken', exit: 2 },
  'node-failed': { title: 'A node failed', exit: 1 },
  internal: { title: 'Tributary made a mistake', exit: 1 },
} as const satisfies Record<string, ProblemClass>;

export type ProblemCode = keyof typeof problemTable;
