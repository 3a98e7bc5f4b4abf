import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { otlpTraces } from '../../../../core/profile/export/otlp.ts';
import { grouped, knownProfile, knownTrace } from '../knownProfile.ts';

/**
 * opentelemetry-proto v1 (trace.proto, common.proto, resource.proto, trace_service.proto) in its JSON form
 * (specification, "JSON Protobuf Encoding"): lowerCamelCase names, ids in hex, 64-bit numbers as decimal strings, enums as
 * numbers. All fields are named, so that one that is misspelt does not pass.
 */
const uint64 = z.string().regex(/^\d+$/);
const anyValue = z.union([
  z.strictObject({ stringValue: z.string() }),
  z.strictObject({ boolValue: z.boolean() }),
  z.strictObject({ intValue: z.string().regex(/^-?\d+$/) }),
  z.strictObject({ doubleValue: z.number() }),
]);
const attributes = z
  .array(z.strictObject({ key: z.string().min(1), value: anyValue }))
  .refine((list) => new Set(list.map(({ key }) => key)).size === list.length, 'keys must be unique');
const traceId = z.string().regex(/^(?!0{32})[0-9a-f]{32}$/);
const spanId = z.string().regex(/^(?!0{16})[0-9a-f]{16}$/);
const span = z.strictObject({
  traceId,
  spanId,
  traceState: z.string().optional(),
  parentSpanId: spanId.optional(),
  flags: z.number().int().optional(),
  name: z.string().min(1),
  kind: z.number().int().min(0).max(5),
  startTimeUnixNano: uint64,
  endTimeUnixNano: uint64,
  attributes: attributes.optional(),
  droppedAttributesCount: z.number().int().optional(),
  links: z.array(z.strictObject({ traceId, spanId, attributes: attributes.optional() })).optional(),
  status: z
    .strictObject({ message: z.string().optional(), code: z.number().int().min(0).max(2).optional() })
    .optional(),
});
const request = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes, droppedAttributesCount: z.number().int().optional() }),
      scopeSpans: z.array(
        z.strictObject({
          scope: z.strictObject({ name: z.string(), version: z.string().optional() }),
          spans: z.array(span),
          schemaUrl: z.string().optional(),
        }),
      ),
      schemaUrl: z.string().optional(),
    }),
  ),
});
type Span = z.infer<typeof span>;

const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const createdAtMs = Date.parse('2026-07-21T14:22:33.123Z');

function read(pieces: Iterable<string>): readonly z.infer<typeof request>[] {
  const text = [...pieces].join('');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => request.parse(JSON.parse(line)));
}
function spansOf(lines: readonly z.infer<typeof request>[]): readonly Span[] {
  return lines.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
  );
}
function attributeOf(from: { readonly attributes?: z.infer<typeof attributes> }, key: string): unknown {
  const found = from.attributes?.find((entry) => entry.key === key)?.value;
  return found === undefined ? undefined : Object.values(found)[0];
}

describe('a profile as OpenTelemetry spans', () => {
  it('has one trace per run, and every span lies within its parent', () => {
    const trace = knownTrace();
    const spans = spansOf(read(otlpTraces(knownProfile(), trace, { createdAtMs, digest })));
    expect(spans).toHaveLength(3 + trace.tasks.count + trace.spans.count);
    const byTrace = grouped(spans, ({ traceId: of }) => of);
    expect(byTrace.size).toBe(3);
    for (const run of byTrace.values()) {
      const known = new Map(run.map((one) => [one.spanId, one]));
      expect(known.size).toBe(run.length);
      const roots = run.filter(({ parentSpanId }) => parentSpanId === undefined);
      expect(roots).toHaveLength(1);
      for (const one of run) {
        expect(BigInt(one.endTimeUnixNano) >= BigInt(one.startTimeUnixNano)).toBe(true);
        for (const link of one.links ?? []) expect(known.has(link.spanId)).toBe(true);
        if (one.parentSpanId === undefined) continue;
        const parent = known.get(one.parentSpanId);
        if (parent === undefined) throw new Error(`${one.name} has a parent that is not there`);
        expect(BigInt(parent.startTimeUnixNano) <= BigInt(one.startTimeUnixNano)).toBe(true);
        expect(BigInt(parent.endTimeUnixNano) >= BigInt(one.endTimeUnixNano)).toBe(true);
      }
    }
  });

  it('tells the times to the nanosecond, and what the time went into', () => {
    const spans = spansOf(read(otlpTraces(knownProfile(), knownTrace(), { createdAtMs, digest })));
    const root = spans.find((one) => attributeOf(one, 'tributary.run') === '1');
    expect(root).toMatchObject({
      name: 'Known "times", all of them',
      kind: 1,
      startTimeUnixNano: `${BigInt(createdAtMs) * 1_000_000n + 20_000_000n}`,
      endTimeUnixNano: `${BigInt(createdAtMs) * 1_000_000n + 32_000_000n}`,
    });
    expect(attributeOf(root ?? {}, 'tributary.sample')).toBe('storm.jpg');
    const own = spans.filter((one) => one.traceId === root?.traceId);
    const pass = own.find((one) => one.name === 'shrink pass');
    expect(attributeOf(pass ?? {}, 'thread.name')).toBe('lane 0');
    // A copy inside the pass is its child; what only overlaps it stands beside it.
    expect(own.find((one) => one.name === 'shrink copy')?.parentSpanId).toBe(pass?.spanId);
    expect(own.find((one) => one.name === 'shrink next')?.parentSpanId).toBe(pass?.parentSpanId);
    const stage = own.find((one) => one.spanId === pass?.parentSpanId);
    expect(stage).toMatchObject({ name: 'shrink', parentSpanId: root?.spanId });
    expect(attributeOf(stage ?? {}, 'tributary.bytes_in')).toBe('300');
    const before = own.find((one) => one.spanId === stage?.links?.[0].spanId);
    expect(before?.name).toBe('photo');
  });

  it('names the service by the conventions, and has the same ids for the same profile', () => {
    const write = () => [...otlpTraces(knownProfile(), knownTrace(), { createdAtMs, digest })].join('');
    expect(write()).toBe(write());
    const [{ resourceSpans }] = read([write()]);
    const { resource } = resourceSpans[0];
    expect(
      Object.fromEntries(resource.attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
    ).toMatchObject({
      'service.name': 'Known "times", all of them',
      'service.instance.id': '20260721-142233-123-00000001',
      'host.cpu.model.name': 'A processor, 2 GHz',
      'os.description': 'Linux 6.1',
      'process.runtime.name': 'nodejs',
      'process.runtime.version': '24.1.0',
      'telemetry.sdk.version': '1.2.3',
      'tributary.runs_left_out': '0',
    });
  });

  it('leaves runs out when there are too many, but not those that the profile shows, and says so', () => {
    const lines = read(otlpTraces(knownProfile(), knownTrace(), { createdAtMs, digest, mostSpans: 15 }));
    const roots = spansOf(lines).flatMap((one) => attributeOf(one, 'tributary.run') ?? []);
    expect(roots).toEqual(['1', '2']);
    expect(attributeOf(lines[0].resourceSpans[0].resource, 'tributary.runs_left_out')).toBe('1');
  });
});
