/** What a profile was measured on. Flat, so that two can be held against each other line by line. */
export interface Environment {
  readonly os: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Names, driver and memory; empty where none was found. */
  readonly gpus: readonly { readonly name: string; readonly driver: string; readonly memoryBytes: number }[];
  readonly node: string;
  readonly runtime: string;
  readonly tributary: string;
  /** Type → version of every node type in the pipeline. */
  readonly nodeVersions: Readonly<Record<string, number>>;
  /** Power source, frequency governor, throttling, as far as the system tells: `mains`, `battery 80 %`, `performance`. */
  readonly power: Readonly<Record<string, string>>;
  /** 1-minute load average before the profile began, per core; null where the system has none. */
  readonly loadBefore: number | null;
  readonly container: boolean;
}

export interface EnvironmentDifference {
  readonly what: string;
  readonly before: string;
  readonly after: string;
  /** True when times of the two cannot be held against each other without a doubt (other CPU, GPU, power, ...). */
  readonly matters: boolean;
}
