import { ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { PredictionRecord } from '../contract.ts';
import { toldOutcome } from './outcome.ts';

export interface Traces {
  record(record: PredictionRecord): void;
  /** Sends what is left. */
  close(): Promise<void>;
}

export interface TraceOptions {
  readonly serviceName: string;
  readonly serviceVersion: string;
  readonly exporter?: SpanExporter;
  /** Milliseconds since 1970. */
  readonly wallClock?: () => number;
}

/**
 * OpenTelemetry spans of requests: the request, its wait, its run, and each node with the device that ran it, below the
 * caller's own span. Where they go is told by the standard OTEL_EXPORTER_OTLP_* variables.
 */
export function makeTraces(options: TraceOptions): Traces {
  const exporter = options.exporter ?? new OTLPTraceExporter();
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': options.serviceName,
      'service.version': options.serviceVersion,
    }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer('tributary', options.serviceVersion);
  const propagator = new W3CTraceContextPropagator();
  const wallClock = options.wallClock ?? (() => Date.now());
  return {
    record: (record) => tellSpans(tracer, propagator, record, wallClock()),
    close: () => provider.shutdown(),
  };
}

function tellSpans(
  tracer: Tracer,
  propagator: W3CTraceContextPropagator,
  record: PredictionRecord,
  endMs: number,
): void {
  const { ask, version, outcome, problem, result, queueMs, runMs, shadow } = record;
  const caller = propagator.extract(ROOT_CONTEXT, ask.trace ?? {}, {
    get: (carrier, key) => (key === 'traceparent' || key === 'tracestate' ? carrier[key] : undefined),
    keys: (carrier) => Object.keys(carrier),
  });
  const startMs = endMs - queueMs - runMs;
  const span = tracer.startSpan(
    'predict',
    {
      kind: SpanKind.SERVER,
      startTime: startMs,
      attributes: {
        'tributary.request_id': ask.requestId,
        'tributary.model': ask.model,
        'tributary.version': version,
        'tributary.protocol': ask.protocol,
        'tributary.outcome': toldOutcome(record),
        ...(shadow ? { 'tributary.shadow': true } : {}),
        ...(problem === undefined ? {} : { 'error.type': problem.code }),
      },
    },
    caller,
  );
  const within = trace.setSpan(caller, span);
  if (queueMs > 0) tracer.startSpan('queue', { startTime: startMs }, within).end(startMs + queueMs);
  if (result !== undefined) {
    const ranMs = endMs - runMs;
    const run = tracer.startSpan('run', { startTime: ranMs }, within);
    const inside = trace.setSpan(within, run);
    for (const [node, { state, fromMs, runMs: workedMs, items, notes }] of Object.entries(result.nodes)) {
      if (state !== 'ran' || fromMs === undefined) continue;
      const { device, lane, batch } = notes;
      const attributes = {
        'tributary.items': items,
        ...(typeof device === 'string' ? { 'tributary.device': device } : {}),
        ...(typeof lane === 'number' ? { 'tributary.lane': lane } : {}),
        ...(typeof batch === 'number' ? { 'tributary.batch': batch } : {}),
      };
      tracer.startSpan(node, { startTime: ranMs + fromMs, attributes }, inside).end(ranMs + fromMs + workedMs);
    }
    run.end(endMs);
  }
  if (problem !== undefined && outcome !== 'cancelled')
    span.setStatus({ code: SpanStatusCode.ERROR, message: problem.message });
  span.end(endMs);
}
