import type { OperatorSetIdProto } from './gen/onnx-ml_pb.ts';
import { operatorVersions } from './gen/operatorVersions.ts';

export type Opsets = Readonly<Record<string, number>>;

/** Versions of the operator sets that a model imports, by domain; the main one is ''. */
export function opsetsOf(imports: readonly OperatorSetIdProto[]): Opsets {
  return Object.fromEntries(imports.map(({ domain, version }) => [plainDomain(domain), Number(version)]));
}

/** A version at which an operator's schema changed. */
interface Step {
  readonly version: number;
  /** A node of the version before does not mean the same any more. */
  readonly breaks: boolean;
}

/** What became of an operator, oldest first; null for one that the standard does not know. */
export function stepsOf(domain: string, opType: string): readonly Step[] | null {
  const table = operatorVersions[plainDomain(domain)];
  const words = table !== undefined && Object.hasOwn(table, opType) ? table[opType] : undefined;
  if (words === undefined) return null;
  return words.split(' ').map((word) => ({ version: Number.parseInt(word, 10), breaks: word.endsWith('!') }));
}

/** The version whose definition of an operator holds at an opset; null when it is unknown, or came later. */
export function versionAt(domain: string, opType: string, opset: number): number | null {
  const steps = stepsOf(domain, opType)?.filter(({ version }) => version <= opset) ?? [];
  return steps.at(-1)?.version ?? null;
}

/** Whether the table tells of the operators of a domain. */
export function isStandard(domain: string): boolean {
  return Object.hasOwn(operatorVersions, plainDomain(domain));
}

export function plainDomain(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}
