import type { NodeDefinition } from '../define/node.ts';
import { paramFault } from '../define/param.ts';
import type { DocumentNode } from '../graph/document.ts';
import type { Json } from '../kinds/value.ts';
import { nearestName } from '../problems/nearestName.ts';
import { type ProblemData, problemData, toProblemData } from '../problems/problem.ts';

export interface ResolvedParams {
  /** Every parameter, defaults filled in; a wrong value is replaced by its default so that checking goes on. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly problems: readonly ProblemData[];
}

/** A node's parameters as `run` will see them: migrated to the definition's version, checked, defaults filled in. */
export function resolveParams(node: DocumentNode, definition: NodeDefinition): ResolvedParams {
  const problems: ProblemData[] = [];
  const given = migrate(node, definition, problems);
  const params: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(definition.params)) {
    if (!Object.hasOwn(given, name)) {
      params[name] = spec.default;
      if (spec.form === 'file' && !spec.optional && spec.default === '') {
        problems.push(
          problemData('param-invalid', {
            message: `Node "${node.id}" (${definition.title}): "${name}" is not set; it must be a path of a file in the pipeline folder.`,
            fix: `Set "${name}": ${spec.doc}`,
            where: { node: node.id, param: name },
          }),
        );
      }
      continue;
    }
    const fault = paramFault(spec, given[name]);
    params[name] = fault ? spec.default : given[name];
    if (fault) {
      problems.push(
        problemData('param-invalid', {
          message: `Node "${node.id}" (${definition.title}): "${name}" must be ${fault.expected}, not ${fault.got}.`,
          fix: `Set "${name}" to ${fault.expected}; the default is ${JSON.stringify(spec.default)}.`,
          where: { node: node.id, param: name },
          mend: { setParam: { name, value: spec.default } },
        }),
      );
    }
  }
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(definition.params, name)) continue;
    const near = nearestName(name, Object.keys(definition.params));
    problems.push(
      problemData('param-unknown', {
        message: `Node "${node.id}" (${definition.title}) has no parameter "${name}".`,
        fix: near
          ? `Did you mean "${near}"? Otherwise remove it.`
          : `Remove it; the parameters are ${Object.keys(definition.params).join(', ') || 'none'}.`,
        where: { node: node.id, param: name },
      }),
    );
  }
  return { params, problems };
}

function migrate(
  node: DocumentNode,
  definition: NodeDefinition,
  problems: ProblemData[],
): Readonly<Record<string, Json>> {
  let params = node.params;
  for (let version = node.version; version < definition.version; version++) {
    const step = definition.migrations[version];
    if (step === undefined) continue;
    try {
      params = step(params);
    } catch (error) {
      problems.push(toProblemData(error, 'param-invalid', { node: node.id }));
      return params;
    }
  }
  return params;
}
