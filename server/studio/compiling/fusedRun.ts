import type { CompiledForm } from '../../../core/define/compiledForm.ts';
import { endOf, type PipelineDocument } from '../../../core/graph/document.ts';
import type { ProblemData } from '../../../core/problems/problem.ts';
import type { NodeReport, PortItems, RunEvent } from '../../../core/run/result.ts';
import { fusedDocument } from '../../../host/compile/fused.ts';
import type { BackEnd } from '../backEnd.ts';
import { ownFolderOf } from '../carrying.ts';
import type { Session } from '../sessions.ts';
import { partNode } from './partNode.ts';
import { withoutErrors } from './withoutErrors.ts';

/** A run of a pipeline's compiled form, told in the nodes and ports of the pipeline itself. */
export interface FusedRun {
  /** What the engine runs. */
  readonly document: PipelineDocument;
  /** Where the engine has what a port of the pipeline gave. */
  engineEnd(end: string): string;
  events(event: RunEvent): readonly RunEvent[];
  nodes(reports: Readonly<Record<string, NodeReport>>): Readonly<Record<string, NodeReport>>;
  ports(ports: readonly PortItems[]): readonly PortItems[];
  problem(problem: ProblemData): ProblemData;
}

/** Under this note the nodes of a compiled part say which one ran them, by its place. */
export const compiledNote = 'compiledPart';

/** Compiles a document, or takes what was compiled before. Throws `not-lowerable`, or the first error of the document. */
export async function fusedRun(back: BackEnd, session: Session, document: PipelineDocument): Promise<FusedRun> {
  const folder = await ownFolderOf(back, session);
  const checked = await withoutErrors(back, session, document);
  const made = await fusedDocument(checked, folder, partNode(back.registry));
  return toldAs(made.form, made.document);
}

export function toldAs(form: CompiledForm, document: PipelineDocument): FusedRun {
  const parts = new Map(form.parts.map((one, at) => [one.id, { nodes: one.nodes, at }]));
  const own = new Map(form.parts.flatMap(({ id, outputs }) => outputs.map(({ name, end }) => [`${id}.${name}`, end])));
  const engine = new Map([...own].map(([there, here]) => [here, there]));
  return {
    document,
    engineEnd: (end) => engine.get(end) ?? end,
    events: (event) => {
      if (event.event === 'start')
        return [{ ...event, nodes: event.nodes.flatMap((node) => parts.get(node)?.nodes ?? [node]) }];
      const found = parts.get(event.node);
      return found === undefined ? [event] : found.nodes.map((node) => ({ ...event, node }));
    },
    nodes: (reports) => {
      const told: Record<string, NodeReport> = {};
      for (const [node, report] of Object.entries(reports)) {
        const found = parts.get(node);
        if (found === undefined) told[node] = report;
        // As for a fused pass, its time stands at its first node.
        for (const [i, inside] of (found?.nodes ?? []).entries())
          if (told[inside] === undefined)
            told[inside] = {
              ...report,
              runMs: i === 0 ? report.runMs : 0,
              notes: { ...report.notes, [compiledNote]: found?.at ?? 0 },
            };
      }
      return told;
    },
    ports: (ports) =>
      ports.flatMap((port): readonly PortItems[] => {
        const end = own.get(port.end);
        if (end !== undefined) return [{ ...port, end }];
        return parts.has(endOf(port.end).node) ? [] : [port];
      }),
    problem: (problem) => {
      const found = parts.get(problem.where.node ?? '');
      if (found === undefined) return problem;
      const { node: _, ...where } = problem.where;
      return {
        ...problem,
        message: `Compiled part ${found.at + 1} (${found.nodes.join(', ')}): ${problem.message}`,
        where: found.nodes.length === 1 ? { ...where, node: found.nodes[0] } : where,
      };
    },
  };
}
