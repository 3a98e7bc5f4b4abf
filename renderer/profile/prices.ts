import type { Json } from '../../core/kinds/value.ts';
import { Problem, type ProblemData } from '../../core/problems/problem.ts';
import type { CostResult, MachinePrice, Traffic } from '../../core/profile/cost.ts';
import { costOf } from '../../core/profile/costOf.ts';
import { examplePrices, type PriceTable, pricesOf } from '../../core/profile/prices.ts';
import type { Profile } from '../../core/profile/profile.ts';
import { remember, settingOf, useSetting } from '../state/settings.ts';
import { mostThroughput } from './loadFigures.ts';

/** The user's table of machines and traffic, kept in the studio's settings. */

export function usePrices(): PriceTable {
  return tableOf(useSetting('prices'));
}

/** Settings that are no table (an older or foreign one) give way to the examples. */
export function tableOf(kept: Json): PriceTable {
  if (kept === null) return examplePrices;
  try {
    return pricesOf(kept);
  } catch {
    return examplePrices;
  }
}

function keep({ machines, traffic: { currency, ...traffic } }: PriceTable): void {
  remember('prices', { currency, traffic: { ...traffic }, machines: machines.map(rowOf) });
}
/** Only what a kind of machine has a use for. */
function rowOf({ name, kind, speed, perHour, price, years, watts, perKwh, operationsPerMonth }: MachinePrice): Json {
  return kind === 'cloud'
    ? { name, kind, speed, perHour }
    : { name, kind, speed, price, years, watts, perKwh, operationsPerMonth };
}

export function setTraffic(part: Partial<Traffic>): void {
  const table = tableOf(settingOf('prices'));
  keep({ ...table, traffic: { ...table.traffic, ...part } });
}
export function setMachine(index: number, part: Partial<MachinePrice>): void {
  const table = tableOf(settingOf('prices'));
  keep({ ...table, machines: table.machines.with(index, { ...table.machines[index], ...part }) });
}
export function addMachine(kind: MachinePrice['kind']): void {
  const table = tableOf(settingOf('prices'));
  const like = table.machines.find((one) => one.kind === kind) ?? { ...table.machines[0], kind, years: 4 };
  keep({ ...table, machines: [...table.machines, { ...like, name: freeName(table.machines, kind) }] });
}
export function removeMachine(index: number): void {
  const table = tableOf(settingOf('prices'));
  if (table.machines.length > 1) keep({ ...table, machines: table.machines.toSpliced(index, 1) });
}
export function resetPrices(): void {
  remember('prices', null);
}

function freeName(machines: readonly MachinePrice[], kind: MachinePrice['kind']): string {
  const base = kind === 'cloud' ? 'Cloud machine' : 'Own machine';
  const taken = new Set(machines.map((one) => one.name));
  for (let n = 2; ; n++) if (!taken.has(`${base} ${n}`)) return `${base} ${n}`;
}

/** Throughput to reckon with: what it bears under load where that was measured, else one request after the other. */
export function throughputFor({ load, measured }: Pick<Profile, 'load' | 'measured'>): {
  readonly perSecond: number;
  readonly underLoad: boolean;
} {
  const most = mostThroughput(load);
  return most === null ? { perSecond: measured.throughput, underLoad: false } : { perSecond: most, underLoad: true };
}

/** What it would cost, or why that cannot be said. */
export function costFor(
  profile: Pick<Profile, 'load' | 'measured'>,
  { machines, traffic }: PriceTable,
): CostResult | ProblemData {
  try {
    return costOf(throughputFor(profile).perSecond, profile.measured.wall.p95, machines, traffic);
  } catch (error) {
    if (error instanceof Problem) return error.data;
    throw error;
  }
}
