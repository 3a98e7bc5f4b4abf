import { changed } from './change.ts';
import type { GraphProto, ModelProto } from './gen/onnx-ml_pb.ts';
import { initializerNames } from './names.ts';
import { isStandard, opsetsOf } from './operatorChanges.ts';
import { type OpsetRefusal, opsetProblem, tryConvertOpsets, usedDomains } from './opsets.ts';

/** What messages call a model, and the model. */
export interface NamedModel {
  readonly name: string;
  readonly model: ModelProto;
}

/**
 * Two models at one version of every operator set, and of one IR version, each meaning what it did. The newer opset where
 * the older model can be put so; else the older one, where the newer model uses nothing that it does not have. Throws
 * `model-unsupported` with the operator and both versions named when neither goes.
 */
export function reconcile(first: NamedModel, second: NamedModel): readonly [ModelProto, ModelProto] {
  const irVersion = BigInt(Math.max(Number(first.model.irVersion), Number(second.model.irVersion)));
  let parts = [raiseIr(first.model, irVersion), raiseIr(second.model, irVersion)] as const;
  const [a, b] = parts.map((model) => opsetsOf(model.opsetImport));
  for (const domain of Object.keys(a)) {
    const [one, other] = [a[domain], b[domain]];
    if (other === undefined || one === other) continue;
    const used = parts.map((model) => usedDomains(model).has(domain));
    // Where one of them does not use the set at all, the number of the other holds.
    const targets = !used[0]
      ? [other]
      : !used[1]
        ? [one]
        : isStandard(domain)
          ? [Math.max(one, other), Math.min(one, other)]
          : [Math.max(one, other)];
    parts = converted([first.name, second.name], parts, domain, targets);
  }
  return parts;
}

type Pair = readonly [ModelProto, ModelProto];

function converted(names: readonly [string, string], parts: Pair, domain: string, targets: readonly number[]): Pair {
  let refused: { readonly name: string; readonly refusals: readonly OpsetRefusal[] } | null = null;
  for (const version of targets) {
    const tried = [tryTo(parts[0], domain, version), tryTo(parts[1], domain, version)] as const;
    const at = tried.findIndex(({ refusals }) => refusals.length > 0);
    if (at < 0) return [tried[0].converted, tried[1].converted];
    refused ??= { name: names[at], refusals: tried[at].refusals };
  }
  throw opsetProblem(refused?.name ?? names[0], refused?.refusals ?? []);
}

function tryTo(model: ModelProto, domain: string, version: number) {
  const used = usedDomains(model).has(domain);
  // A set that no node is of has nothing to convert, and need not be known.
  if (used) return tryConvertOpsets(model, { [domain]: version });
  const opsetImport = model.opsetImport.map((one) =>
    opsetsOf([one])[domain] === undefined ? one : changed(one, { version: BigInt(version) }),
  );
  return { converted: changed(model, { opsetImport }), refusals: [] };
}

/**
 * Up to IR version 3 initialisers were listed as inputs and constant all the same; since 4 an input of the same name
 * means that the caller may give another value, and the runtime folds nothing.
 */
function raiseIr(model: ModelProto, irVersion: bigint): ModelProto {
  if (model.irVersion >= irVersion) return model;
  if (model.irVersion >= 4n || irVersion < 4n) return changed(model, { irVersion });
  const graph = model.graph as GraphProto;
  const given = new Set(initializerNames(graph));
  return changed(model, {
    irVersion,
    graph: changed(graph, { input: graph.input.filter((info) => !given.has(info.name)) }),
  });
}
