import { z } from 'zod';

/**
 * What every target may be told; its own options come on top. Descriptions are what a person reads. `meta`: a title where the
 * name says too little, the unit, and `automatic` where the default stands for "find out".
 */
export const commonOptions = z.object({
  image: z
    .string()
    .max(255)
    .default('')
    .describe('Name of the container image, with its tag; empty: of the pipeline and its version.')
    .meta({ title: 'Image name' }),
  port: z.number().int().min(1).max(65535).default(8080).describe('Port for HTTP.').meta({ title: 'HTTP port' }),
  grpcPort: z.number().int().min(1).max(65535).default(8081).describe('Port for gRPC.').meta({ title: 'gRPC port' }),
  device: z
    .enum(['cpu', 'cuda'])
    .default('cpu')
    .describe('What models run on: the processor, or an NVIDIA card by CUDA 12.'),
  baseImage: z
    .string()
    .max(512)
    .default('')
    .describe('Image to build on, best with its digest; empty: the official Node image, or for CUDA the NVIDIA one.'),
  platform: z.enum(['linux/amd64', 'linux/arm64']).default('linux/amd64').describe('Platform of the image.'),
  minReplicas: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(2)
    .describe('Copies of the server that always run.')
    .meta({ title: 'Least copies' }),
  maxReplicas: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe('Copies that load may make of it.')
    .meta({ title: 'Most copies' }),
  bodyMiB: z
    .number()
    .int()
    .min(1)
    .max(1024)
    .default(64)
    .describe('Largest request, in MiB.')
    .meta({ title: 'Request limit', unit: 'MiB' }),
  maxQueue: z
    .number()
    .int()
    .min(0)
    .max(100_000)
    .default(0)
    .describe('Requests that may wait; 0: as proposed from the profile.')
    .meta({ title: 'Queue limit', unit: 'requests', automatic: true }),
});

export type CommonOptions = Readonly<z.infer<typeof commonOptions>>;
