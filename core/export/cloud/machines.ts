import type { TargetFacts } from '../targetFacts.ts';

interface Machine {
  readonly name: string;
  readonly cores: number;
  readonly memoryGiB: number;
}

const machine = (name: string, cores: number, memoryGiB: number): Machine => ({ name, cores, memoryGiB });

/** Machine types of each cloud, smallest first: those with little memory for their cores, then those with more. */
const types = {
  sagemaker: [
    machine('ml.c6i.large', 2, 4),
    machine('ml.m6i.large', 2, 8),
    machine('ml.c6i.xlarge', 4, 8),
    machine('ml.m6i.xlarge', 4, 16),
    machine('ml.c6i.2xlarge', 8, 16),
    machine('ml.m6i.2xlarge', 8, 32),
    machine('ml.c6i.4xlarge', 16, 32),
    machine('ml.m6i.4xlarge', 16, 64),
    machine('ml.c6i.8xlarge', 32, 64),
    machine('ml.m6i.12xlarge', 48, 192),
    machine('ml.c6i.24xlarge', 96, 192),
  ],
  vertex: [
    machine('n2-standard-2', 2, 8),
    machine('n2-standard-4', 4, 16),
    machine('n2-standard-8', 8, 32),
    machine('n2-standard-16', 16, 64),
    machine('n2-standard-32', 32, 128),
    machine('n2-highmem-32', 32, 256),
    machine('n2-standard-64', 64, 256),
  ],
  azure: [
    machine('Standard_F2s_v2', 2, 4),
    machine('Standard_DS2_v2', 2, 7),
    machine('Standard_F4s_v2', 4, 8),
    machine('Standard_DS3_v2', 4, 14),
    machine('Standard_F8s_v2', 8, 16),
    machine('Standard_DS4_v2', 8, 28),
    machine('Standard_F16s_v2', 16, 32),
    machine('Standard_DS5_v2', 16, 56),
    machine('Standard_F32s_v2', 32, 64),
    machine('Standard_F72s_v2', 72, 144),
  ],
} as const satisfies Record<string, readonly Machine[]>;

const withCard = {
  sagemaker: 'ml.g5.xlarge',
  vertex: 'g2-standard-8',
  azure: 'Standard_NC4as_T4_v3',
} as const;

/** What the system itself takes of a machine's memory. */
const systemGiB = 1;

/** The smallest machine that has the cores and the memory; the largest where none has. */
export function machineFor(cloud: keyof typeof types, { gpu, resources }: TargetFacts): string {
  if (gpu) return withCard[cloud];
  const fits = ({ cores, memoryGiB }: Machine) =>
    cores >= resources.cores && memoryGiB >= resources.limitMiB / 1024 + systemGiB;
  const all: readonly Machine[] = types[cloud];
  return (all.find(fits) ?? all[all.length - 1]).name;
}
