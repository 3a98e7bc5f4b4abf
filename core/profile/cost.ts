/** A machine that could serve the pipeline. The table is the user's: every field can be edited, none is fetched. */
export interface MachinePrice {
  readonly name: string;
  readonly kind: 'cloud' | 'own';
  /** Cloud: price of an hour. */
  readonly perHour: number;
  /** Own: what it costs to buy, and to run. */
  readonly price: number;
  readonly years: number;
  readonly watts: number;
  readonly perKwh: number;
  readonly operationsPerMonth: number;
  /** Throughput there / throughput here: 1 for a machine like this one. An assumption unless measured there. */
  readonly speed: number;
}

export interface Traffic {
  readonly requestsPerDay: number;
  /** Busiest hour / mean hour. */
  readonly peakFactor: number;
  /** How full a replica may be at the peak, so that latency holds: 0 to 1. */
  readonly utilisation: number;
  /** Least replicas, for the case that one fails. */
  readonly minReplicas: number;
  /** Cloud replicas follow the traffic, or stand for the peak all the time. */
  readonly scaling: 'follows' | 'fixed';
  readonly currency: string;
}

export interface CostRow {
  readonly machine: string;
  readonly kind: 'cloud' | 'own';
  readonly throughput: number;
  readonly replicasAtPeak: number;
  readonly replicasMean: number;
  readonly perMonth: number;
  readonly perMillion: number;
  /** To be paid at the start (own machines). */
  readonly upfront: number;
  /** What goes on to be paid each month: all of it in a cloud; power and upkeep of own machines. */
  readonly runningPerMonth: number;
}

export interface CostResult {
  readonly rows: readonly CostRow[];
  /** For each own machine against the cheapest cloud: the first month in which it has cost less; null: never within its years. */
  readonly breakEven: readonly { readonly own: string; readonly cloud: string; readonly month: number | null }[];
  /** Every assumption in a sentence, with its number. */
  readonly assumptions: readonly string[];
}
