import { describe, expect, it } from 'vitest';
import type { ModelProto } from '../../../../core/onnx/gen/onnx-ml_pb.ts';
import { quantiseDynamic } from '../../../../core/onnx/quantise.ts';
import { readModel, writeModel } from '../../../../core/onnx/read.ts';
import { halfCandidates, toFloat16 } from '../../../../core/onnx/shrink/float16.ts';
import { emulateFloat16 } from '../../../../core/onnx/shrink/float16Emulated.ts';
import { quantiseInt4 } from '../../../../core/onnx/shrink/int4.ts';
import { layerMs } from '../../../../core/onnx/shrink/layerTimes.ts';
import { pruneChannels } from '../../../../core/onnx/shrink/pruneChannels.ts';
import { pruneWeights } from '../../../../core/onnx/shrink/pruneWeights.ts';
import { quantiseStatic, readyForStatic, tensorsToObserve } from '../../../../core/onnx/shrink/staticInt8.ts';
import { Problem } from '../../../../core/problems/problem.ts';
import { damaged, mutant, twisted } from '../mutate.ts';
import { makeRandom } from '../randomGraph.ts';
import { convNet, model, op, sampleModel, weights } from './models.ts';

const wide = { min: -1, max: 1 };
const methods: Readonly<Record<string, (given: ModelProto) => ModelProto>> = {
  'int8-static': (given) => {
    const ready = readyForStatic(given, 'm.onnx');
    const ranges = new Map(tensorsToObserve(ready, {}).map((name) => [name, wide]));
    return quantiseStatic(ready, ranges).model;
  },
  int8: (given) => quantiseDynamic(given, { smallest: 0 }).model,
  int4: (given) => quantiseInt4(given, { smallest: 0, symmetric: false }).model,
  weights: (given) => pruneWeights(given).model,
  channels: (given) => pruneChannels(given, { share: 0.5, multiple: 1 }).model,
  float16: (given) => {
    const dtypes = new Map(
      given.graph?.node.flatMap(({ input, output }) => [...input, ...output]).map((name) => [name, 'float32']),
    );
    const { model: made, report } = toFloat16(given, dtypes, { edges: 'float16' });
    emulateFloat16(given, dtypes, report.half);
    return made;
  },
  times: (given) => {
    if (given.graph === undefined) return given;
    const names = halfCandidates(given.graph, new Map()).nodes.map(({ name }) => name);
    layerMs(given.graph, names, [{ name: names[0] ?? '', durationMs: 1 }]);
    return given;
  },
};

/** How many methods gave something; the others refused it with a Problem. */
function shrunkBy(bytes: Uint8Array): number {
  let given: ModelProto;
  try {
    given = readModel(bytes, 'm.onnx');
  } catch (error) {
    if (error instanceof Problem && error.data.code !== 'internal') return 0;
    throw error;
  }
  // What the engine reads has a graph; what has none is refused before.
  if (given.graph === undefined) return 0;
  let done = 0;
  for (const [name, method] of Object.entries(methods)) {
    try {
      const made = writeModel(method(given));
      if (made.length > 20 * bytes.length + 1e6) throw new Error(`${made.length} bytes of ${bytes.length}`);
      done++;
    } catch (cause) {
      if (!(cause instanceof Problem) || cause.data.code === 'internal') throw new Error(`by ${name}`, { cause });
    }
  }
  return done;
}

describe('damaged models', () => {
  const text = writeModel(sampleModel('event-detector/models/text.onnx'));
  const small = [
    writeModel(convNet()),
    writeModel(
      model(
        [op('MatMul', ['x', 'w'], 'a'), op('Gather', ['t', 'i'], 'b'), op('Add', ['a', 'b'], 'y')],
        [
          weights('w', [16, 16]),
          weights('t', [64, 16]),
          { name: 'i', dtype: 'int64', shape: [1], data: BigInt64Array.of(3n) },
        ],
      ),
    ),
  ];

  it('of random graphs are shrunk or refused, never anything else', () => {
    let done = 0;
    for (let seed = 0; seed < 400; seed++) {
      try {
        done += shrunkBy(mutant(seed));
      } catch (cause) {
        throw new Error(`mutant ${seed}`, { cause });
      }
    }
    expect(done).toBeGreaterThan(1000);
  });

  it('with layers to shrink, too: bytes changed, or a graph that says what cannot be', () => {
    let done = 0;
    for (let seed = 0; seed < 400; seed++) {
      const random = makeRandom(seed * 104_729 + 1);
      const bytes = seed % 20 === 0 ? text : small[seed % 2];
      try {
        done += shrunkBy(random(2) === 0 ? damaged(bytes, random) : twisted(bytes, random));
      } catch (cause) {
        throw new Error(`seed ${seed}`, { cause });
      }
    }
    expect(done).toBeGreaterThan(1000);
  });
});
