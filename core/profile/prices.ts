import { z } from 'zod';
import { Problem } from '../problems/problem.ts';
import type { MachinePrice, Traffic } from './cost.ts';

/**
 * A table to begin with. Plainly round figures of no vendor: every one is to be edited, and the speeds above all are to
 * be measured.
 */
export const exampleMachines: readonly MachinePrice[] = [
  cloud('Cloud machine like this one (example)', 0.2, 1),
  cloud('Cloud machine, four times the cores (example)', 0.8, 3),
  cloud('Cloud machine with a GPU (example)', 1.5, 5),
  own('Own server, four times the cores (example)', 4000, 250, 3),
  own('Own machine with a GPU (example)', 6000, 450, 5),
];

export const exampleTraffic: Traffic = {
  requestsPerDay: 1_000_000,
  peakFactor: 2,
  utilisation: 0.7,
  minReplicas: 2,
  scaling: 'follows',
  currency: 'EUR',
};

function cloud(name: string, perHour: number, speed: number): MachinePrice {
  return { name, kind: 'cloud', perHour, price: 0, years: 1, watts: 0, perKwh: 0, operationsPerMonth: 0, speed };
}

function own(name: string, price: number, watts: number, speed: number): MachinePrice {
  return { name, kind: 'own', perHour: 0, price, years: 4, watts, perKwh: 0.3, operationsPerMonth: 50, speed };
}

const money = z.number().min(0).max(1e9);
const name = z.string().trim().min(1).max(100);
const speed = z.number().positive().max(1e6).default(1);

const years = z.number().positive().max(50);
const running = {
  watts: z.number().min(0).max(1e6).default(0),
  perKwh: money.default(0),
  operationsPerMonth: money.default(0),
  speed,
};

/** As people write it: fields that a kind of machine has no use for may be left out. */
const machine = z.discriminatedUnion('kind', [
  z.strictObject({
    name,
    kind: z.literal('cloud'),
    perHour: money,
    price: money.default(0),
    years: years.default(1),
    ...running,
  }),
  z.strictObject({ name, kind: z.literal('own'), perHour: money.default(0), price: money, years, ...running }),
]);

export const trafficSchema = z.strictObject({
  requestsPerDay: z.number().min(0).max(1e12),
  peakFactor: z.number().min(1).max(24),
  utilisation: z.number().positive().max(1),
  minReplicas: z.number().int().min(0).max(10_000),
  scaling: z.enum(['follows', 'fixed']),
  currency: z.string().trim().min(1).max(12),
});

const table = z.strictObject({
  currency: trafficSchema.shape.currency.default(exampleTraffic.currency),
  machines: z
    .array(machine)
    .min(1)
    .max(100)
    .refine((machines) => new Set(machines.map((one) => one.name)).size === machines.length, {
      message: 'two machines have the same name',
    }),
  traffic: trafficSchema.omit({ currency: true }).partial().default({}),
});

export interface PriceTable {
  readonly machines: readonly MachinePrice[];
  readonly traffic: Traffic;
}

export const examplePrices: PriceTable = { machines: exampleMachines, traffic: exampleTraffic };

/** A table of the user's as it came from a file or from settings. Throws `value-invalid` that names the field. */
export function pricesOf(given: unknown, file = 'The table of prices'): PriceTable {
  const parsed = table.safeParse(given);
  if (parsed.success) {
    const { machines, traffic, currency } = parsed.data;
    return { machines, traffic: { ...exampleTraffic, ...traffic, currency } };
  }
  const [issue] = parsed.error.issues;
  const at = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  throw invalid(file, `${at.replace(/^\./, '') || 'it'}: ${issue.message}`);
}

/** The same from a file's text. */
export function parsePrices(content: string, file: string): PriceTable {
  let given: unknown;
  try {
    given = JSON.parse(content);
  } catch (cause) {
    throw invalid(file, `it is not valid JSON (${cause instanceof Error ? cause.message : String(cause)})`);
  }
  return pricesOf(given, file);
}

/** The table as a file that a person edits. */
export function pricesText({ machines, traffic }: PriceTable): string {
  const { currency, ...rest } = traffic;
  const rows = machines.map(({ perHour, price, years, watts, perKwh, operationsPerMonth, ...both }) =>
    both.kind === 'cloud' ? { ...both, perHour } : { ...both, price, years, watts, perKwh, operationsPerMonth },
  );
  return `${JSON.stringify({ currency, traffic: rest, machines: rows }, null, 2)}\n`;
}

function invalid(file: string, what: string): Problem {
  return new Problem('value-invalid', {
    message: `${file} is no table of prices: ${what}.`,
    fix: 'Give { "currency", "machines": [{ "name", "kind": "cloud", "perHour" } or { "name", "kind": "own", "price", "years" }, ...], "traffic" }.',
    where: { file },
  });
}
