import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { checkLabelCount, labelsFor } from '../kernels/attachLabels.ts';
import { requireLabels } from '../kernels/labelRange.ts';

export const labels = defineNode({
  type: 'result.labels',
  version: 1,
  title: 'Attach labels',
  summary: 'Names the classes of scores, boxes or a mask by the lines of a file.',
  keywords: ['names', 'classes', 'label file', 'scores', 'boxes', 'mask'],
  details:
    'Scores must have as many classes as the file has lines. Boxes and masks may use fewer, but none beyond the last line. Labels that were there are replaced.',
  inputs: { value: port.oneOf(['scores', 'boxes', 'mask'], { doc: 'Scores, boxes or a mask.' }) },
  outputs: { value: port.oneOf(['scores', 'boxes', 'mask'], { doc: 'The same, with labels.' }) },
  params: { labels: p.file({ role: 'labels', doc: 'One label per line, in class order.' }) },
  infer: ({ inputs: { value }, files, report }) => {
    const list = files.labels?.labels;
    if (value.kind === 'mask') return { value };
    if (value.kind === 'boxes') return { value: { ...value, labels: list ?? null } };
    checkLabelCount(list, value.classes, report);
    return { value: { ...value, classes: list?.length ?? value.classes, labels: list ?? null } };
  },
  run: ({ inputs: { value }, files }) => {
    const list = files.labels?.labels ?? [];
    if (value.kind === 'scores') return { value: { ...value, labels: labelsFor(list, value.data.length) } };
    requireLabels(list, value.kind === 'boxes' ? value.classes : value.data);
    return { value: { ...value, labels: list } };
  },
  // The values stay as they are; that no class is beyond the last label is not checked there.
  lower: ({ inputs: { value }, files }) => ({ value: { ...value, labels: files.labels?.labels ?? [] } }),
  examples: [
    {
      title: 'Two classes get their names',
      params: { labels: 'labels.txt' },
      inputs: { value: { kind: 'scores', data: Float32Array.of(0.25, 0.75), labels: null, form: 'probabilities' } },
      outputs: {
        value: { kind: 'scores', data: Float32Array.of(0.25, 0.75), labels: ['cat', 'dog'], form: 'probabilities' },
      },
    },
  ],
});
