import os from 'node:os';
import * as ort from 'onnxruntime-node';
import type { Plan } from '../../core/plan/plan.ts';
import type { Environment } from '../../core/profile/environment.ts';
import { ownVersion } from '../files/userPath.ts';
import { findGpus } from './gpu.ts';
import { containerBounds, loadPerCore, type Machine, powerOf, thisMachine } from './machine.ts';

/** What a profile is measured on, as it stands before measuring begins. Bounds of a container count, not the machine's. */
export async function environmentOf(plan: Plan, machine: Machine = thisMachine): Promise<Environment> {
  const [gpus, bounds, power, tributary] = await Promise.all([
    findGpus(),
    containerBounds(machine),
    powerOf(machine),
    ownVersion(),
  ]);
  const cores = Math.min(os.availableParallelism(), bounds.cores ?? Number.POSITIVE_INFINITY);
  const nodes = plan.stages.flatMap((stage) => stage.nodes);
  const versions = nodes.map(({ definition }) => [definition.type, definition.version] as const);
  return {
    os: await systemName(machine),
    cpu: os.cpus()[0]?.model.trim().replaceAll(/\s+/g, ' ') ?? process.arch,
    cores,
    memoryBytes: Math.min(os.totalmem(), bounds.memoryBytes ?? Number.POSITIVE_INFINITY),
    gpus,
    node: process.versions.node,
    runtime: `ONNX Runtime ${ort.env.versions.node ?? ort.env.versions.common}`,
    tributary,
    nodeVersions: Object.fromEntries(versions.sort(([a], [b]) => (a < b ? -1 : 1))),
    power,
    loadBefore: loadPerCore(cores),
    container: bounds.container,
  };
}

async function systemName(machine: Machine): Promise<string> {
  const kernel = `${os.type()} ${os.release()} ${process.arch}`;
  if (machine.platform !== 'linux') return kernel;
  const release = (await machine.read('/etc/os-release')) ?? '';
  const name = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(release)?.[1];
  return name === undefined ? kernel : `${name}, ${kernel}`;
}
