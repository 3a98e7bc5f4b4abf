import { z } from 'zod';
import { defineTarget } from '../target.ts';
import { deploymentFile, factsOf } from '../targetFacts.ts';
import { azureFiles } from './azure.ts';
import { machineFiles } from './machine.ts';
import { cloudReadme } from './readme.ts';
import { sagemakerFiles } from './sagemaker.ts';
import { vertexFiles } from './vertex.ts';

export const cloud = defineTarget({
  id: 'cloud',
  title: 'Cloud or VM',
  summary: 'SageMaker, Vertex AI, Azure ML',
  options: z.object({}),
  includes: ['container'],
  files: (input) => {
    const facts = factsOf(input);
    return [
      deploymentFile('cloud/README.md', cloudReadme(facts)),
      ...sagemakerFiles(facts),
      ...vertexFiles(facts),
      ...azureFiles(facts),
      ...machineFiles(facts),
    ];
  },
  next: ({ image }) => [
    `docker build --tag ${image} .`,
    `docker push ${image}`,
    'terraform -chdir=cloud/sagemaker/terraform init   # or vertex, azure, machine: cloud/README.md',
  ],
});
