import { labelValue } from '../names.ts';
import type { TargetFacts } from '../targetFacts.ts';

/** Under this annotation the pipeline's name stands as its author wrote it. */
export const titleAnnotation = 'tributary/pipeline';

export type Labels = Readonly<Record<string, string>>;

/** What selects the pods of a pipeline: never changes between versions. */
export function selectorOf({ name }: TargetFacts): Labels {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': 'inference' };
}

export function labelsOf(facts: TargetFacts): Labels {
  const version = labelValue(facts.version);
  return {
    ...selectorOf(facts),
    'app.kubernetes.io/part-of': 'tributary',
    ...(version === '' ? {} : { 'app.kubernetes.io/version': version }),
  };
}

export function metadataOf(facts: TargetFacts, name = facts.name): object {
  return { name, labels: labelsOf(facts), annotations: { [titleAnnotation]: facts.title } };
}
