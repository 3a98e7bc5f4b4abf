import { z } from 'zod';
import { defineTarget } from '../target.ts';

export const container = defineTarget({
  id: 'container',
  title: 'Container',
  summary: 'HTTP server, Dockerfile and compose file',
  options: z.object({}),
  files: () => [],
});
