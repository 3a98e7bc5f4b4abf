import type { Environment, EnvironmentDifference } from './environment.ts';

/** Above this load per core, something else was at work. */
const busyLoad = 0.5;

/**
 * What differs between the machines (or the states of one machine) that two profiles were measured on, what matters first.
 * Hardware, power and what else ran decide times, so they matter. Versions of software do not in this sense: they are told,
 * for they are often the very thing that is compared.
 */
export function environmentDifferences(before: Environment, after: Environment): readonly EnvironmentDifference[] {
  const rows: EnvironmentDifference[] = [];
  const tell = (what: string, a: string, b: string, matters: boolean): void => {
    if (a !== b) rows.push({ what, before: a, after: b, matters });
  };
  tell('processor', before.cpu, after.cpu, true);
  tell('cores', String(before.cores), String(after.cores), true);
  tell('GPU', gpuNames(before), gpuNames(after), true);
  tell('operating system', before.os, after.os, firstWord(before.os) !== firstWord(after.os));
  tell('container', yesNo(before.container), yesNo(after.container), true);
  for (const name of keysOf(before.power, after.power)) {
    const [a, b] = [before.power[name] ?? 'not told', after.power[name] ?? 'not told'];
    // A battery at 79 % instead of 80 % is the same battery.
    tell(`power: ${name}`, a, b, a.replace(/[\d.]+ ?%/g, '%') !== b.replace(/[\d.]+ ?%/g, '%'));
  }
  tellLoad(before.loadBefore, after.loadBefore, tell);
  if (Math.abs(before.memoryBytes - after.memoryBytes) > 0.05 * Math.max(before.memoryBytes, after.memoryBytes))
    tell('memory', gibibytes(before.memoryBytes), gibibytes(after.memoryBytes), false);
  tell('GPU driver', drivers(before), drivers(after), false);
  tell('ONNX Runtime', before.runtime, after.runtime, false);
  tell('Node.js', before.node, after.node, false);
  tell('Tributary', before.tributary, after.tributary, false);
  for (const type of keysOf(before.nodeVersions, after.nodeVersions)) {
    const [a, b] = [before.nodeVersions[type], after.nodeVersions[type]];
    // A type that only one pipeline uses is a difference of the pipeline, not of the machine.
    if (a !== undefined && b !== undefined) tell(`node ${type}`, `version ${a}`, `version ${b}`, false);
  }
  return [...rows.filter((row) => row.matters), ...rows.filter((row) => !row.matters)];
}

/** Other samples make other times; where some are the same, only those are compared. */
export function sampleDifferences(
  before: readonly { readonly name: string }[],
  after: readonly { readonly name: string }[],
): readonly EnvironmentDifference[] {
  const [a, b] = [new Set(before.map((sample) => sample.name)), new Set(after.map((sample) => sample.name))];
  const shared = [...a].filter((name) => b.has(name)).length;
  if (shared === a.size && shared === b.size) return [];
  const words = (of: ReadonlySet<string>) => {
    const count = of.size === 1 ? '1 sample' : `${of.size} samples`;
    return shared === 0 ? count : `${count}, ${shared} of them in both`;
  };
  return [{ what: 'samples', before: words(a), after: words(b), matters: shared === 0 }];
}

function tellLoad(
  before: number | null,
  after: number | null,
  tell: (what: string, a: string, b: string, matters: boolean) => void,
): void {
  if (before === null || after === null) return;
  const [a, b] = [before.toFixed(2), after.toFixed(2)];
  if (Math.abs(before - after) >= busyLoad / 2 && Math.max(before, after) >= busyLoad)
    tell('load per core before the profile', a, b, true);
}

function gpuNames({ gpus }: Environment): string {
  return gpus.length === 0 ? 'none' : gpus.map((gpu) => `${gpu.name}, ${gibibytes(gpu.memoryBytes)}`).join('; ');
}
function drivers({ gpus }: Environment): string {
  return gpus.length === 0 ? 'none' : gpus.map((gpu) => gpu.driver).join('; ');
}
function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
function firstWord(text: string): string {
  return text.split(/[\s/]/)[0];
}
function yesNo(is: boolean): string {
  return is ? 'yes' : 'no';
}
function keysOf(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): readonly string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}
