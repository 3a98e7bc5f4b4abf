import type { Stage } from '../plan/plan.ts';

/**
 * How many items of a stage may be under way at once. A node that takes them in batches, or in several copies, must
 * find enough of them waiting: while as many as it takes are worked on, as many again gather.
 */
export function itemsAtOnce(stage: Stage, parallelism: number): number {
  let most = parallelism;
  for (const { definition, params } of stage.nodes) {
    let wanted = 1;
    for (const [name, { tune }] of Object.entries(definition.params)) {
      const value = params[name];
      if ((tune === 'batch' || tune === 'copies') && typeof value === 'number' && value > 1) wanted *= value;
    }
    if (wanted > 1) most = Math.max(most, 2 * wanted);
  }
  return most;
}
