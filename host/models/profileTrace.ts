import { z } from 'zod';
import { percentile } from '../../core/profile/stats.ts';
import type { OperatorTime } from './messages.ts';

const shapes = z.array(z.record(z.string(), z.array(z.union([z.number(), z.string()])))).optional();
const eventSchema = z.looseObject({
  cat: z.string().optional(),
  name: z.string().optional(),
  tid: z.union([z.number(), z.string()]).optional(),
  /** Microseconds. */
  ts: z.number().optional(),
  dur: z.number().optional(),
  args: z
    .looseObject({
      op_name: z.string().optional(),
      provider: z.string().optional(),
      node_index: z.string().optional(),
      output_size: z.string().optional(),
      input_type_shape: shapes,
      output_type_shape: shapes,
    })
    .optional(),
});
type TraceEvent = z.infer<typeof eventSchema>;

/** An operator in the order in which the runtime ran it. */
interface Kernel {
  readonly key: string;
  readonly event: TraceEvent;
  /** Without what ran inside it. */
  ownUs: number;
}

const suffix = '_kernel_time';
/** Operators whose time holds that of the graphs inside them. */
const holders: readonly string[] = ['If', 'Loop', 'Scan'];

/**
 * Operators of the last `runs` runs in a file of ONNX Runtime's profiler, in the order in which they ran: of each the
 * median over the runs of the time that it took in a run, however often it ran in it (in a loop). An operator that runs
 * others counts without them, so that all times add up.
 */
export function operatorsOf(file: unknown, runs: number): readonly OperatorTime[] {
  const events = z.array(eventSchema).parse(file);
  const wholes = events.filter((e) => e.cat === 'Session' && e.name === 'model_run').slice(-runs);
  const kernels = events.filter((e) => e.cat === 'Node' && e.name?.endsWith(suffix));
  const found = new Map<string, { readonly event: TraceEvent; readonly counts: number[]; readonly us: number[] }>();
  wholes.forEach((whole, run) => {
    const from = whole.ts ?? 0;
    const until = from + (whole.dur ?? 0);
    const inside = kernels.filter((e) => (e.ts ?? 0) >= from && (e.ts ?? 0) <= until);
    for (const { key, event, ownUs } of exclusive(inside)) {
      const known = found.get(key) ?? { event, counts: [], us: [] };
      known.counts[run] = (known.counts[run] ?? 0) + 1;
      known.us[run] = (known.us[run] ?? 0) + ownUs;
      found.set(key, known);
    }
  });
  return [...found.values()].map(({ event, counts, us }) => ({
    name: (event.name ?? '').slice(0, -suffix.length),
    op: event.args?.op_name ?? '',
    provider: event.args?.provider ?? '',
    // A run in which it did not run (the other branch of an If) took none of its time.
    durationMs: median(wholes.map((_, run) => us[run] ?? 0)) / 1000,
    count: median(wholes.map((_, run) => counts[run] ?? 0)),
    inputs: shapesText(event.args?.input_type_shape),
    outputs: shapesText(event.args?.output_type_shape),
    bytesOut: Number(event.args?.output_size ?? 0),
  }));
}

/** Time of each operator without that of those inside it. Events of one thread either hold each other or do not meet. */
function exclusive(events: readonly TraceEvent[]): readonly Kernel[] {
  const kernels = events
    .map((event) => ({ key: keyOf(event), event, ownUs: event.dur ?? 0 }))
    .sort((a, b) => (a.event.ts ?? 0) - (b.event.ts ?? 0) || (b.event.dur ?? 0) - (a.event.dur ?? 0));
  const open: Kernel[] = [];
  for (const kernel of kernels) {
    const at = kernel.event.ts ?? 0;
    while (open.length > 0 && endOf(open[open.length - 1]) <= at) open.pop();
    const holder = open.at(-1);
    if (holder !== undefined && holder.event.tid === kernel.event.tid) holder.ownUs -= kernel.event.dur ?? 0;
    if (holders.includes(kernel.event.args?.op_name ?? '')) open.push(kernel);
  }
  return kernels;
}

function endOf({ event }: Kernel): number {
  return (event.ts ?? 0) + (event.dur ?? 0);
}

/** Graphs inside others number their operators anew, but then these have names of their own. */
function keyOf({ name, args }: TraceEvent): string {
  return [name, args?.op_name, args?.provider, args?.node_index].join('\0');
}

/** `float 1x3x96x96, float scalar`. */
function shapesText(list: z.infer<typeof shapes>): string {
  return (list ?? [])
    .flatMap((entry) => Object.entries(entry))
    .map(([dtype, dims]) => `${dtype} ${dims.length === 0 ? 'scalar' : dims.join('x')}`)
    .join(', ');
}

function median(values: readonly number[]): number {
  return values.length === 0 ? 0 : percentile(Float64Array.from(values).sort(), 0.5);
}
