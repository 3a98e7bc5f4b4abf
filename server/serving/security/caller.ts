/** What a caller may do: ask a pipeline, manage its versions. */
export const scopes = ['predict', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Who asks, as keys and tokens say. */
export interface Caller {
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Requests a minute; null: as many as the server takes. */
  readonly perMinute: number | null;
}
