import { Problem } from '../../../core/problems/problem.ts';
import { usualFeedback } from '../../../core/serve/drift/feedback.ts';
import { leastObservations, usualDrift } from '../../../core/serve/drift/monitor.ts';
import { type DriftWatchOptions, usualLooks } from './drift.ts';

/** How drift is watched and how much waits for its truth, from the server's environment. Throws `usage`, naming the variable. */
export function driftOptionsFrom(
  env: NodeJS.ProcessEnv,
): Pick<DriftWatchOptions, 'settings' | 'looksPerSecond' | 'feedback'> {
  const read = (name: string, usual: number, least: number, most: number): number => {
    const text = env[name] ?? '';
    if (text === '') return usual;
    const value = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new Problem('usage', {
      message: `${name} is ${JSON.stringify(text)}.`,
      fix: `Give a number from ${least} to ${most}, or leave it out for ${usual}.`,
    });
  };
  return {
    settings: {
      window: Math.round(read('TRIBUTARY_DRIFT_WINDOW', usualDrift.window, leastObservations, 100_000)),
      windowMs: 1000 * read('TRIBUTARY_DRIFT_WINDOW_SECONDS', usualDrift.windowMs / 1000, 1, 604_800),
      falseAlerts: read('TRIBUTARY_DRIFT_FALSE_ALERTS', usualDrift.falseAlerts, 0.0001, 0.5),
    },
    looksPerSecond: read('TRIBUTARY_DRIFT_LOOKS', usualLooks, 0.01, 1000),
    feedback: {
      ...usualFeedback,
      most: Math.round(read('TRIBUTARY_FEEDBACK_ANSWERS', usualFeedback.most, 0, 1_000_000)),
    },
  };
}

/** Whether OpenTelemetry's own variables say where traces go, and do not forbid it. */
export function tracesWanted(env: NodeJS.ProcessEnv): boolean {
  const set = (name: string): boolean => (env[name] ?? '') !== '';
  const told = set('OTEL_EXPORTER_OTLP_ENDPOINT') || set('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  return told && env['OTEL_SDK_DISABLED']?.toLowerCase() !== 'true' && env['OTEL_TRACES_EXPORTER'] !== 'none';
}
