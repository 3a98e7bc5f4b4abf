export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly help: string;
}

/** Everything that a server tells Prometheus. Dashboards, alert rules and autoscalers are made over these names. */
export const metrics = {
  requests: {
    name: 'tributary_requests_total',
    type: 'counter',
    labels: ['protocol', 'version', 'outcome'],
    help: 'Requests that are over, by protocol, version and outcome: answered, failed (by the server), invalid (by what was sent), refused, cancelled or late.',
  },
  requestSeconds: {
    name: 'tributary_request_seconds',
    type: 'histogram',
    labels: ['version'],
    help: 'Seconds from arrival to answer, of requests that were answered.',
  },
  queueSeconds: {
    name: 'tributary_queue_seconds',
    type: 'histogram',
    labels: ['version'],
    help: 'Seconds that a request waited before it ran.',
  },
  nodeSeconds: {
    name: 'tributary_node_seconds',
    type: 'histogram',
    labels: ['node'],
    help: 'Seconds that a node worked for one request, over all its items.',
  },
  running: { name: 'tributary_running', type: 'gauge', labels: [], help: 'Requests that run now.' },
  waiting: { name: 'tributary_waiting', type: 'gauge', labels: [], help: 'Requests that wait now.' },
  decodedBytes: {
    name: 'tributary_decoded_bytes',
    type: 'gauge',
    labels: [],
    help: 'Decoded bytes of the inputs of requests that run or wait.',
  },
  batchSize: {
    name: 'tributary_batch_size',
    type: 'histogram',
    labels: ['node'],
    help: 'Items that went through a model at once.',
  },
  laneBusy: {
    name: 'tributary_lane_busy_ratio',
    type: 'gauge',
    labels: ['lane'],
    help: 'Share of the time since the last scrape in which a lane worked, 0 to 1.',
  },
  device: {
    name: 'tributary_model_device_info',
    type: 'gauge',
    labels: ['node', 'device'],
    help: 'Always 1: the device that really runs the model of a node.',
  },
  driftP: {
    name: 'tributary_drift_p_value',
    type: 'gauge',
    labels: ['node', 'modality', 'statistic', 'version'],
    help: 'How likely the last window is if nothing has changed since the export, by statistic, corrected for all that were tested (Holm).',
  },
  driftDistance: {
    name: 'tributary_drift_distance',
    type: 'gauge',
    labels: ['node', 'modality', 'statistic', 'version'],
    help: 'How far the last window is from what was recorded at the export, by statistic: 0 (the same) to 1.',
  },
  driftWindows: {
    name: 'tributary_drift_windows_total',
    type: 'counter',
    labels: ['version'],
    help: 'Windows that were held against what was recorded at the export; none where nothing was recorded.',
  },
  driftAlert: {
    name: 'tributary_drift_alert',
    type: 'gauge',
    labels: ['node', 'modality', 'version'],
    help: '1 where what comes in has drifted from what was recorded at the export.',
  },
  nonFinite: {
    name: 'tributary_nonfinite_total',
    type: 'counter',
    labels: ['node'],
    help: 'Results of a node that held NaN or infinity.',
  },
  http: {
    name: 'tributary_http_requests_total',
    type: 'counter',
    labels: ['route', 'status'],
    help: 'HTTP answers by route and status: also of what was turned away before it was read.',
  },
  feedback: {
    name: 'tributary_feedback_total',
    type: 'counter',
    labels: ['output', 'answer'],
    help: 'Answers whose truth was posted back, right or wrong.',
  },
  version: {
    name: 'tributary_version_info',
    type: 'gauge',
    labels: ['version', 'state'],
    help: 'Always 1: a version that is loaded, and its state.',
  },
} as const satisfies Record<string, Metric>;

/** Upper bounds of the histograms of seconds: from a small model on a fast machine to the deadline. */
export const secondBuckets: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

/** Upper bounds of the histogram of batch sizes. */
export const batchBuckets: readonly number[] = [1, 2, 4, 8, 16, 32, 64];
