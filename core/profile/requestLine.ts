/** One request of a load; times are milliseconds since the level began, NaN while it has not come so far. */
export interface LoadRequest {
  readonly client: number;
  readonly due: number;
  readonly begun: number;
  readonly ended: number;
  readonly failed: boolean;
}

/** Requests in the order in which they came, so many of them at work at once; the others wait. */
export interface RequestLine {
  readonly requests: readonly LoadRequest[];
  /** Done when the request has been answered or has failed. It is never begun once the line is closed. */
  readonly add: (due: number, client: number) => Promise<LoadRequest>;
  readonly waiting: () => number;
  readonly atWork: () => number;
  /** Those that wait are not begun any more. */
  readonly close: () => void;
  /** Nothing is at work, and nothing that will be. */
  readonly idle: () => Promise<void>;
}

export function requestLine(
  send: (request: number) => Promise<unknown>,
  atOnce: number,
  now: () => number,
): RequestLine {
  const requests: { -readonly [K in keyof LoadRequest]: LoadRequest[K] }[] = [];
  const answered = new Map<number, (request: LoadRequest) => void>();
  let whenIdle: (() => void)[] = [];
  let next = 0;
  let atWork = 0;
  let closed = false;
  const isIdle = () => atWork === 0 && (closed || next === requests.length);
  function tellIdle(): void {
    if (!isIdle()) return;
    const tell = whenIdle;
    whenIdle = [];
    for (const resolve of tell) resolve();
  }
  function begin(): void {
    while (!closed && atWork < atOnce && next < requests.length) {
      atWork++;
      void work(next++);
    }
  }
  async function work(index: number): Promise<void> {
    const request = requests[index];
    request.begun = now();
    try {
      await send(index);
    } catch {
      request.failed = true;
    }
    request.ended = now();
    atWork--;
    answered.get(index)?.(request);
    answered.delete(index);
    begin();
    tellIdle();
  }
  return {
    requests,
    add: (due, client) =>
      new Promise((resolve) => {
        answered.set(requests.length, resolve);
        requests.push({ client, due, begun: Number.NaN, ended: Number.NaN, failed: false });
        begin();
      }),
    waiting: () => requests.length - next,
    atWork: () => atWork,
    close: () => {
      closed = true;
      tellIdle();
    },
    idle: async () => {
      if (!isIdle()) await new Promise<void>((resolve) => whenIdle.push(resolve));
    },
  };
}
