import { readFileSync } from 'node:fs';
import os from 'node:os';

/**
 * How this processor multiplies bytes. `vnni` and `dot`: sums of four products in 32 bits. `pairs`: sums of two in 16 bits
 * that saturate, so that weights must be of 7 bits (see `quantiseColumns`). `unknown`: the system does not say.
 */
export type ByteProducts = 'vnni' | 'dot' | 'pairs' | 'unknown';

export function byteProducts(
  arch: string = process.arch,
  platform: NodeJS.Platform = process.platform,
  cpuinfo: () => string = () => readFileSync('/proc/cpuinfo', 'utf8'),
): ByteProducts {
  // Every Mac with an Arm processor has the dot product of Armv8.4.
  if (arch === 'arm64' && platform === 'darwin') return 'dot';
  if (platform !== 'linux') return 'unknown';
  const flags = flagsOf(cpuinfo);
  if (arch === 'arm64') return flags.has('asimddp') ? 'dot' : 'unknown';
  if (arch !== 'x64') return 'unknown';
  if (flags.has('avx512_vnni') || flags.has('avx_vnni')) return 'vnni';
  return flags.size === 0 ? 'unknown' : 'pairs';
}

function flagsOf(cpuinfo: () => string): ReadonlySet<string> {
  try {
    const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfo());
    return new Set(line === null ? [] : line[1].split(/\s+/));
  } catch {
    return new Set();
  }
}

/** Bits of int8 weights that give right sums here, and where it is not known, everywhere. */
export function safeWeightBits(products: ByteProducts = byteProducts()): 7 | 8 {
  return products === 'vnni' || products === 'dot' ? 8 : 7;
}

export function processorName(): string {
  return os.cpus()[0]?.model.trim() ?? process.arch;
}
