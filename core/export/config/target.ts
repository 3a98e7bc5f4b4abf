import { z } from 'zod';
import { defineTarget } from '../target.ts';

export const config = defineTarget({
  id: 'config',
  title: 'Pipeline archive',
  summary: 'The pipeline with its models and samples in one file, to open on another machine',
  options: z.object({}),
  bundle: 'pipeline',
  archive: true,
  files: () => [],
  next: ({ name, version }) => [`tributary import ${name}-${version}.zip -o ${name}`],
});
