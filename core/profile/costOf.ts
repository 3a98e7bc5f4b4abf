import { Problem } from '../problems/problem.ts';
import type { CostResult, CostRow, MachinePrice, Traffic } from './cost.ts';

export const hoursPerMonth = 730;
const monthsPerYear = 12;
const daysPerMonth = 365 / 12;
const secondsPerDay = 86_400;

/**
 * What it would cost to serve the traffic on each machine, by the throughput that was measured here. `p95Ms` is the
 * latency that goes with it. Throws `value-invalid` for a throughput of 0: what answers nothing cannot be multiplied.
 */
export function costOf(
  throughputPerSecond: number,
  p95Ms: number,
  machines: readonly MachinePrice[],
  traffic: Traffic,
): CostResult {
  if (!(throughputPerSecond > 0) || !Number.isFinite(throughputPerSecond)) {
    throw new Problem('value-invalid', {
      message: `A throughput of ${throughputPerSecond} requests a second cannot be priced.`,
      fix: 'Measure the pipeline under load first.',
    });
  }
  const priced = machines.map((machine) => ({ machine, row: rowOf(throughputPerSecond, machine, traffic) }));
  const clouds = priced.filter(({ machine }) => machine.kind === 'cloud');
  const [cheapest] = [...clouds].sort((a, b) => a.row.perMonth - b.row.perMonth);
  return {
    rows: priced.map(({ row }) => row),
    breakEven: priced.flatMap(({ machine, row }) =>
      machine.kind === 'cloud' || cheapest === undefined
        ? []
        : [
            {
              own: machine.name,
              cloud: cheapest.machine.name,
              month: breakEvenMonth(row.upfront, row.runningPerMonth, cheapest.row.perMonth, machine.years),
            },
          ],
    ),
    assumptions: assumptionsOf(throughputPerSecond, p95Ms, machines, traffic),
  };
}

/** Requests in each hour of a day over their mean: the busiest is `peakFactor`. Mean 1. */
export function dayCurve(peakFactor: number): readonly number[] {
  const wave = Array.from({ length: 24 }, (_, hour) => Math.cos((2 * Math.PI * hour) / 24));
  if (peakFactor <= 2) return wave.map((rate) => 1 + Math.max(0, peakFactor - 1) * rate);
  // A sharper peak than a cosine has: its power, the narrower the higher, up to all in one hour.
  const shape = (power: number): readonly number[] => wave.map((rate) => Math.max(0, (1 + rate) / 2) ** power);
  const peakOf = (power: number): number => 24 / shape(power).reduce((sum, rate) => sum + rate, 0);
  let [low, high] = [1, 2];
  while (peakOf(high) < peakFactor && high < 1e6) high *= 2;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (peakOf(middle) < peakFactor) low = middle;
    else high = middle;
  }
  const peak = peakOf(high);
  return shape(high).map((rate) => rate * peak);
}

function rowOf(throughput: number, machine: MachinePrice, traffic: Traffic): CostRow {
  const each = throughput * machine.speed;
  const meanPerSecond = traffic.requestsPerDay / secondsPerDay;
  const replicas = (perSecond: number): number =>
    Math.max(traffic.minReplicas, ceil(perSecond / (each * traffic.utilisation)));
  const atPeak = replicas(meanPerSecond * traffic.peakFactor);
  // What is bought stands there day and night.
  const follows = machine.kind === 'cloud' && traffic.scaling === 'follows';
  const mean = follows
    ? dayCurve(traffic.peakFactor).reduce((sum, rate) => sum + replicas(meanPerSecond * rate), 0) / 24
    : atPeak;
  const running =
    machine.kind === 'cloud'
      ? machine.perHour * hoursPerMonth
      : (machine.watts / 1000) * machine.perKwh * hoursPerMonth + machine.operationsPerMonth;
  const upfront = machine.kind === 'own' ? atPeak * machine.price : 0;
  const runningPerMonth = mean * running;
  const perMonth = runningPerMonth + (machine.kind === 'own' ? upfront / (machine.years * monthsPerYear) : 0);
  const millions = (traffic.requestsPerDay * daysPerMonth) / 1e6;
  return {
    machine: machine.name,
    kind: machine.kind,
    throughput: each,
    replicasAtPeak: atPeak,
    replicasMean: mean,
    perMonth,
    perMillion: millions > 0 ? perMonth / millions : 0,
    upfront,
    runningPerMonth,
  };
}

/** First whole month at whose end buying has cost less than renting. */
function breakEvenMonth(upfront: number, running: number, rent: number, years: number): number | null {
  const saved = rent - running;
  if (saved <= 0) return null;
  const month = Math.floor(upfront / saved) + 1;
  return month <= years * monthsPerYear ? month : null;
}

/** Up to the next whole number; what rounding has left over one does not count. */
function ceil(value: number): number {
  return Math.ceil(value - 1e-9 * Math.max(1, value));
}

function assumptionsOf(
  throughput: number,
  p95Ms: number,
  machines: readonly MachinePrice[],
  traffic: Traffic,
): readonly string[] {
  const { requestsPerDay, peakFactor, utilisation, minReplicas, scaling, currency } = traffic;
  const all = [
    `One replica on a machine like this one answers ${number(throughput)} requests a second, as measured here.`,
    `A replica is filled to at most ${number(100 * utilisation)} % at the peak, so that p95 stays near the measured ${number(p95Ms)} ms.`,
    requestsPerDay === 0
      ? 'There is no traffic: a price of a million requests has no meaning, and is given as 0.'
      : `${number(requestsPerDay)} requests a day, every day alike; the busiest hour has ${number(peakFactor)} times the mean.`,
    `At least ${minReplicas} replica${minReplicas === 1 ? '' : 's'}, for the case that one fails.`,
    scaling === 'follows'
      ? 'Cloud replicas follow the traffic hour by hour, along a day with one peak; starting and stopping costs nothing.'
      : 'Cloud replicas stand for the peak all the time.',
    `A month has ${hoursPerMonth} hours and ${number(daysPerMonth)} days. Prices are in ${currency}, from the table, without taxes, storage or traffic over the net.`,
  ];
  for (const machine of machines) {
    if (machine.speed !== 1)
      all.push(
        `${machine.name} is taken to be ${number(machine.speed)} times as fast as this machine: an assumption until it is measured there.`,
      );
    if (machine.kind === 'own')
      all.push(
        `${machine.name} costs ${number(machine.price)} ${currency}, is written off over ${number(machine.years)} years, draws ${number(machine.watts)} W day and night at ${number(machine.perKwh)} ${currency} a kWh, and takes ${number(machine.operationsPerMonth)} ${currency} a month to operate.`,
      );
    else all.push(`${machine.name} costs ${number(machine.perHour)} ${currency} an hour.`);
  }
  if (machines.some(({ kind }) => kind === 'own'))
    all.push('Own machines are bought for the peak and all at once; they are worth nothing afterwards.');
  return all;
}

/** Without places that say nothing: `1 000 000` as 1,000,000, 0.305 as 0.305. */
function number(value: number): string {
  const rounded = Number(value.toPrecision(value >= 1000 ? 6 : 3));
  const [whole, places] = String(rounded).split('.');
  const grouped = whole.includes('e') ? whole : whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return places === undefined ? grouped : `${grouped}.${places}`;
}
