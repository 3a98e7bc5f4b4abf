import { describe, expect, it } from 'vitest';
import type { MachinePrice, Traffic } from '../../../core/profile/cost.ts';
import { costOf, dayCurve } from '../../../core/profile/costOf.ts';
import {
  exampleMachines,
  examplePrices,
  exampleTraffic,
  parsePrices,
  pricesOf,
  pricesText,
} from '../../../core/profile/prices.ts';

const cloud: MachinePrice = {
  name: 'cloud',
  kind: 'cloud',
  perHour: 1,
  price: 0,
  years: 1,
  watts: 0,
  perKwh: 0,
  operationsPerMonth: 0,
  speed: 1,
};
const own: MachinePrice = {
  name: 'own',
  kind: 'own',
  perHour: 0,
  price: 3600,
  years: 3,
  watts: 100,
  perKwh: 0.5,
  operationsPerMonth: 63.5,
  speed: 1,
};
/** 10 requests a second on the mean. */
const traffic: Traffic = {
  requestsPerDay: 864_000,
  peakFactor: 1,
  utilisation: 0.5,
  minReplicas: 1,
  scaling: 'fixed',
  currency: 'EUR',
};

describe('what serving costs', () => {
  it('steady traffic on a rented machine', () => {
    // 10 / (5 * 0.5) = 4 replicas; 4 * 730 h * 1; 864000 * 365 / 12 = 26.28 million.
    const [row] = costOf(5, 30, [cloud], traffic).rows;
    expect(row).toMatchObject({ throughput: 5, replicasAtPeak: 4, replicasMean: 4, upfront: 0 });
    expect(row.perMonth).toBeCloseTo(2920, 9);
    expect(row.perMillion).toBeCloseTo(2920 / 26.28, 9);
  });

  it('a machine of one’s own: electricity, operation and writing off, and the month from which it has cost less', () => {
    // Running: 0.1 kW * 730 h * 0.5 + 63.5 = 100 a month each. Written off: 3600 / 36 = 100 a month each.
    const result = costOf(5, 30, [cloud, own], traffic);
    expect(result.rows[1]).toMatchObject({ replicasAtPeak: 4, replicasMean: 4, upfront: 14_400 });
    expect(result.rows[1].perMonth).toBeCloseTo(800, 9);
    // 14400 + 400 m < 2920 m from m > 5.714 on.
    expect(result.breakEven).toEqual([{ own: 'own', cloud: 'cloud', month: 6 }]);
  });

  it('a month in which both have cost the same is not yet the one', () => {
    const even = { ...own, price: 2520 };
    // 10080 + 400 m = 2920 m at m = 4 exactly.
    expect(costOf(5, 30, [cloud, even], traffic).breakEven[0].month).toBe(5);
  });

  it('what never pays within its years is null: too dear to run, or written off before', () => {
    expect(costOf(5, 30, [cloud, { ...own, operationsPerMonth: 1000 }], traffic).breakEven[0].month).toBeNull();
    expect(costOf(5, 30, [cloud, { ...own, price: 100_000 }], traffic).breakEven[0].month).toBeNull();
    // 630 each, four of them, is saved a month: 22680 takes 36 months to the cent, and 36 is not less.
    expect(costOf(5, 30, [cloud, { ...own, price: 22_680 }], traffic).breakEven[0].month).toBeNull();
    expect(costOf(5, 30, [cloud, { ...own, price: 22_679 }], traffic).breakEven[0].month).toBe(36);
  });

  it('holds own machines against the cheapest cloud, which need not be the cheapest by the hour', () => {
    const fast = { ...cloud, name: 'fast', perHour: 2, speed: 4 };
    const result = costOf(5, 30, [cloud, fast, own], traffic);
    expect(result.rows[1]).toMatchObject({ throughput: 20, replicasAtPeak: 1 });
    expect(result.rows[1].perMonth).toBeCloseTo(1460, 9);
    expect(result.breakEven[0].cloud).toBe('fast');
    expect(result.assumptions.join(' ')).toContain('fast is taken to be 4 times as fast');
  });

  it('replicas follow the traffic hour by hour', () => {
    // Peak 2: hour h has 1 + cos(2 pi h / 24) of the mean; replicas of 10 requests a second at half: 2 * that, rounded up.
    let hours = 0;
    for (let h = 0; h < 24; h++) hours += Math.max(1, Math.ceil(2 * (1 + Math.cos((2 * Math.PI * h) / 24)) - 1e-9));
    const [row] = costOf(10, 30, [cloud], { ...traffic, peakFactor: 2, scaling: 'follows' }).rows;
    expect(row.replicasAtPeak).toBe(4);
    expect(row.replicasMean).toBeCloseTo(hours / 24, 9);
    expect(row.replicasMean).toBeLessThan(3);
    // What is bought does not follow.
    const [bought] = costOf(10, 30, [own], { ...traffic, peakFactor: 2, scaling: 'follows' }).rows;
    expect(bought.replicasMean).toBe(4);
  });

  it('never fewer than the least number of replicas; no traffic costs just those', () => {
    const idle = { ...traffic, requestsPerDay: 0, minReplicas: 2 };
    const { rows, assumptions } = costOf(5, 30, [cloud, own], idle);
    expect(rows[0]).toMatchObject({ replicasAtPeak: 2, replicasMean: 2, perMillion: 0 });
    expect(rows[0].perMonth).toBeCloseTo(1460, 9);
    expect(assumptions.join(' ')).toContain('no traffic');
    const none = costOf(5, 30, [cloud, own], { ...idle, minReplicas: 0 });
    expect(none.rows.map(({ perMonth }) => perMonth)).toEqual([0, 0]);
    expect(none.breakEven[0].month).toBeNull();
  });

  it('rounding does not buy a machine', () => {
    // 0.1 + 0.2 is a little more than 0.3: exactly one replica all the same.
    const [row] = costOf(0.3, 30, [cloud], { ...traffic, utilisation: 1, requestsPerDay: (0.1 + 0.2) * 86_400 }).rows;
    expect(row.replicasAtPeak).toBe(1);
  });

  it('without a cloud machine there is nothing to break even with; without machines nothing at all', () => {
    expect(costOf(5, 30, [own], traffic).breakEven).toEqual([]);
    expect(costOf(5, 30, [], traffic)).toMatchObject({ rows: [], breakEven: [] });
  });

  it('nothing measured cannot be priced', () => {
    expect(() => costOf(0, 30, [cloud], traffic)).toThrow(/cannot be priced/);
    expect(() => costOf(Number.NaN, 30, [cloud], traffic)).toThrow(/cannot be priced/);
  });

  it('says every assumption with its number', () => {
    const text = costOf(12.5, 31.4, [cloud, own], { ...traffic, peakFactor: 3, minReplicas: 2 }).assumptions.join('\n');
    for (const part of [
      '12.5 requests',
      '31.4 ms',
      '50 %',
      '864,000',
      '3 times',
      '2 replicas',
      '3,600 EUR',
      '0.5 EUR',
      '100 W',
      '730 hours',
    ])
      expect(text).toContain(part);
  });

  it.each([1, 1.02, 1.5, 2, 3, 6, 20])(
    'a day with its peak at %f times the mean has just that peak and mean',
    (peak) => {
      const curve = dayCurve(peak);
      expect(curve).toHaveLength(24);
      expect(Math.max(...curve)).toBeCloseTo(peak, 6);
      expect(curve.reduce((a, b) => a + b, 0) / 24).toBeCloseTo(1, 9);
      expect(Math.min(...curve)).toBeGreaterThanOrEqual(0);
    },
  );
});

describe('a table of prices', () => {
  it('the examples price, and say that they are examples', () => {
    const { rows, breakEven } = costOf(50, 30, exampleMachines, exampleTraffic);
    expect(rows).toHaveLength(exampleMachines.length);
    expect(rows.every((row) => row.perMonth > 0 && row.perMillion > 0)).toBe(true);
    expect(breakEven).toHaveLength(2);
    expect(exampleMachines.every(({ name }) => name.includes('example'))).toBe(true);
  });

  it('goes to a file and back', () => {
    expect(parsePrices(pricesText(examplePrices), 'prices.json')).toEqual(examplePrices);
  });

  it('takes a short table, and one with every field', () => {
    const short = pricesOf({ machines: [{ name: 'm', kind: 'cloud', perHour: 0.5 }] });
    expect(short.machines[0]).toMatchObject({ perHour: 0.5, speed: 1, price: 0 });
    expect(short.traffic).toEqual(exampleTraffic);
    const full = pricesOf({ currency: 'CHF', machines: [cloud, own], traffic: { minReplicas: 3 } });
    expect(full.machines).toEqual([cloud, own]);
    expect(full.traffic).toEqual({ ...exampleTraffic, currency: 'CHF', minReplicas: 3 });
  });

  it.each([
    [{ machines: [] }, 'machines'],
    [{ machines: [{ name: 'm', kind: 'cloud', perHour: -1 }] }, 'machines[0].perHour'],
    [{ machines: [{ name: 'm', kind: 'own', price: 1, years: 0 }] }, 'machines[0].years'],
    [{ machines: [{ name: 'm', kind: 'rented', perHour: 1 }] }, 'machines[0].kind'],
    [{ machines: [{ name: 'm', kind: 'cloud', perHour: 1, speed: 0 }] }, 'machines[0].speed'],
    [{ machines: [cloud, cloud] }, 'machines: two machines have the same name'],
    [{ machines: [cloud], traffic: { utilisation: 1.5 } }, 'traffic.utilisation'],
    [[], 'it'],
  ])('names the field that does not fit: %j', (given, what) => {
    expect(() => pricesOf(given, 'prices.json')).toThrow(`prices.json is no table of prices: ${what}`);
  });

  it('says that a text is not JSON', () => {
    expect(() => parsePrices('{', 'prices.json')).toThrow(/not valid JSON/);
  });
});
