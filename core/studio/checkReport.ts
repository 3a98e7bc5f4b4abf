import type { Checked } from '../check/checked.ts';
import { typeText } from '../kinds/type.ts';
import { planRun } from '../plan/plan.ts';
import type { CheckReport } from './catalog.ts';
import { portShapes } from './portShape.ts';

/** What a check found, as data. */
export function checkReport(checked: Checked): CheckReport {
  const types = Object.fromEntries(checked.types);
  return {
    types,
    typeTexts: Object.fromEntries([...checked.types].map(([end, type]) => [end, typeText(type)])),
    problems: checked.problems,
    shapes: Object.fromEntries(
      [...checked.shapes].map(([id, node]) => [
        id,
        { inputs: portShapes(node.inputs), outputs: portShapes(node.outputs) },
      ]),
    ),
    passes: passesOf(checked),
    inputs: Object.fromEntries(checked.publicInputs),
    outputs: Object.fromEntries(checked.publicOutputs),
  };
}

/** Chains of image nodes that run as one. A document with errors is planned too: what is sound in it fuses all the same. */
function passesOf(checked: Checked): CheckReport['passes'] {
  try {
    return planRun(checked)
      .stages.filter((stage) => stage.nodes.length > 1)
      .map((stage) => stage.nodes.map((node) => node.id));
  } catch {
    return [];
  }
}
