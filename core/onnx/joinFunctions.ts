import { toBinary } from '@bufbuild/protobuf';
import { changed } from './change.ts';
import { type FunctionProto, FunctionProtoSchema, type ModelProto, type NodeProto } from './gen/onnx-ml_pb.ts';
import { allNodes, graphsOf } from './graphs.ts';
import { freshNames } from './names.ts';
import { functionKey, operatorKey, renameModel } from './rename.ts';

/**
 * Two models whose local functions can stand side by side: functions that are equal are left to the first; those of one
 * name that differ, and those that have the name of an operator that the other model means otherwise, get new names.
 */
export function mergeFunctions(first: ModelProto, second: ModelProto): readonly [ModelProto, ModelProto] {
  if (first.functions.length + second.functions.length === 0) return [first, second];
  const taken = new Set([first, second].flatMap((model) => [...namesOf(model)]));
  const fresh = freshNames(taken);
  const inFirst = new Map(first.functions.map((f) => [functionKey(f), f]));
  const inSecond = new Set(second.functions.map(functionKey));
  const hidden = keysCalled(second, (key) => inFirst.has(key) && !inSecond.has(key));
  const clashing = new Set(
    second.functions
      .filter((f) => {
        const other = inFirst.get(functionKey(f));
        return other !== undefined && !equal(other, f);
      })
      .map(functionKey),
  );
  for (const key of keysCalled(first, (k) => inSecond.has(k) && !inFirst.has(k))) clashing.add(key);
  spread(clashing, second.functions);
  const a = renamed(first, hidden, fresh);
  const b = renamed(second, clashing, fresh);
  const stays = new Set(a.functions.map(functionKey));
  return [a, changed(b, { functions: b.functions.filter((f) => !stays.has(functionKey(f))) })];
}

function renamed(model: ModelProto, keys: ReadonlySet<string>, fresh: (wanted: string) => string): ModelProto {
  if (keys.size === 0) return model;
  const names = new Map(
    model.functions.filter((f) => keys.has(functionKey(f))).map((f) => [functionKey(f), fresh(f.name)]),
  );
  return renameModel(model, {
    operator: (domain, name, overload) => ({ domain, name: names.get(operatorKey(domain, name, overload)) ?? name }),
  });
}

/** A function that calls one that gets another name is another function too. */
function spread(keys: Set<string>, functions: readonly FunctionProto[]): void {
  const callers = new Map<string, string[]>();
  for (const f of functions) {
    for (const key of new Set(keysIn(f.node))) {
      const known = callers.get(key);
      if (known === undefined) callers.set(key, [functionKey(f)]);
      else known.push(functionKey(f));
    }
  }
  // A set goes on to what is added to it on the way.
  for (const key of keys) for (const caller of callers.get(key) ?? []) keys.add(caller);
}

/** What nodes call, those in graphs inside them too. */
export function* keysIn(nodes: readonly NodeProto[]): Generator<string> {
  for (const node of nodes) {
    yield operatorKey(node.domain, node.opType, node.overload);
    for (const graph of graphsOf(node)) yield* keysIn(graph.node);
  }
}

function keysCalled(model: ModelProto, wanted: (key: string) => boolean): Set<string> {
  const keys = new Set<string>();
  for (const node of allNodes(model)) {
    const key = operatorKey(node.domain, node.opType, node.overload);
    if (wanted(key)) keys.add(key);
  }
  return keys;
}

function* namesOf(model: ModelProto): Generator<string> {
  for (const f of model.functions) yield f.name;
  for (const node of allNodes(model)) yield node.opType;
}

function equal(a: FunctionProto, b: FunctionProto): boolean {
  const [x, y] = [toBinary(FunctionProtoSchema, a), toBinary(FunctionProtoSchema, b)];
  return x.length === y.length && x.every((byte, i) => byte === y[i]);
}
